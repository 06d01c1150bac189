"""Where the needle goes: the map that is drawn, looked at, and held against another."""
