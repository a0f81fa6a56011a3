"""The labelled set that judges the search for anomalies: invented series of results, and faults put into them."""
