"""The online refresh of series: connectors, staging, checks, differences, replacement. The only room with network."""
