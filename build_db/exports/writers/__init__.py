"""One module per format. Each reads the export's finished database and writes files into a folder."""
