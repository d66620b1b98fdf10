"""Small wrong changes to the doors, the check and the store: do the tests see each?

A library was tried first. It works on a copy of the whole tree, leaves out the constants that make
up a grammar, and spends half its changes on the texts of messages; hence this one.
"""
