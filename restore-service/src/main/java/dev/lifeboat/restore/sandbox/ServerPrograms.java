package dev.lifeboat.restore.sandbox;

import java.nio.file.Path;

/** Where PostgreSQL's programs are. */
public interface ServerPrograms {

    /**
     * A program of a major version.
     *
     * @param name e.g. {@code pg_restore}
     */
    Path program(int major, String name);
}
