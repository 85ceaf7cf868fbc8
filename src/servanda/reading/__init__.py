"""From a source to a statement; the whole way stands in :func:`servanda.reading.pipeline.read_source`."""
