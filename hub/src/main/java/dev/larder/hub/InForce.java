package dev.larder.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The last good {@code $edgeHub} document, kept on disk so that it holds again after a restart. */
record InForce(long version, ObjectNode desired) {}
