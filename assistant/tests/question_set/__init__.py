"""Questions by which the built-in provider is judged, and the charts that they are about."""
