package dev.larder.hub.session;

import dev.larder.hub.log.Log;

/** What all sessions share. */
record Parts(Log log, Commitments commitments, Counters counters, Loader loader) {}
