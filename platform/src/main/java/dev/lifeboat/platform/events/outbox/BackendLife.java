package dev.lifeboat.platform.events.outbox;

/**
 * A server process that ends when this instance does. A pid may be given again, so it counts only with its start.
 *
 * @param start as PostgreSQL writes it, with microseconds
 */
record BackendLife(int pid, String start) {}
