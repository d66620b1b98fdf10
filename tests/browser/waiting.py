"""When a page stands still: one answer for all that look at pages."""

LONG = 90_000  # milliseconds

# A page that has just been opened already calls itself "notRunning", before its first run: what
# the app draws, and the app's own script that hears keys, must be there too.
_IDLE = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  return app !== null
    && app.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED"
    && window.ugatuziPage !== undefined
    && document.querySelector(".ug-page") !== null
    && document.querySelector("[data-testid=stMain] h1") !== null
    && document.querySelector(".st-key-keys_open button") !== null
    && document.querySelector("[data-testid=stSkeleton]") === null;
}"""


def idle(page):
    """Wait until the page has said all it has. What begins a little after an act is waited for."""
    for _ in range(2):
        page.wait_for_timeout(250)
        page.wait_for_function(_IDLE, timeout=LONG)


def settled(page):
    """Wait until the page has said all it has, and its maps are drawn."""
    idle(page)
    for frame in page.locator("iframe[title^='streamlit_folium']").all():
        frame.content_frame.locator(".leaflet-container").first.wait_for(timeout=30_000)
    idle(page)
