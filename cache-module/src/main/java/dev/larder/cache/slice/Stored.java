package dev.larder.cache.slice;

/** Where an object's files are: its drive's folder, its id there, and the hash of its key. */
public record Stored(String drive, long id, KeyHash key) {}
