"""Folium maps of the app: layers by kind, their colours, and the map that holds them."""
