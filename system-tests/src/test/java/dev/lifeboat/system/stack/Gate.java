package dev.lifeboat.system.stack;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * Holds a step for as long as a test wants it, instead of hoping that it takes long enough: a function in the database waits
 * while a file of this machine exists. A restore passes it when it builds an index on it, a check when its SQL calls it.
 */
public final class Gate {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path closed;
    private final Path reached;

    private Gate(Path folder) {
        this.closed = folder.resolve("closed");
        this.reached = folder.resolve("reached");
    }

    /** An open gate. */
    public static Gate in(SystemStack stack, String name) {
        try {
            Path folder =
                    Files.createDirectories(stack.folder().resolve("gates").resolve(name));
            // The server writes here as its own user.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            return new Gate(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The function {@code public.gate(bigint)}, which gives back what it got, when the gate is open. */
    public String[] functions() {
        return new String[] {
            """
            create function public.hold() returns void language plpgsql as $$
            begin
              if (pg_stat_file('%1$s', true)).size is not null then
                copy (select 1) to '%2$s';
                while (pg_stat_file('%1$s', true)).size is not null loop
                  perform pg_sleep(0.05);
                end loop;
              end if;
            end $$
            """
                    .formatted(closed, reached),
            // Called immutable, so that an index can be built on it.
            """
            create function public.gate(bigint) returns bigint immutable language plpgsql as $$
            begin
              perform public.hold();
              return $1;
            end $$
            """
        };
    }

    /** Whoever comes now waits. */
    public void close() {
        try {
            Files.deleteIfExists(reached);
            Files.writeString(closed, "closed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until somebody stands before it. */
    public void awaitSomebody() {
        await("somebody at the gate")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(reached));
    }

    /** Lets all pass. */
    public void open() {
        try {
            Files.deleteIfExists(closed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
