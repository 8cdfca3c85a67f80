package dev.lifeboat.system.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What work may leave behind when it is over: nothing, wherever somebody was killed meanwhile. */
public final class Leftovers {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SystemStack stack;

    public Leftovers(SystemStack stack) {
        this.stack = stack;
    }

    /** Waits until nothing is left; whoever was told to end may take a moment. */
    public void requireNone() {
        await("nothing left behind")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(() -> assertThat(found()).isEmpty());
    }

    /** What there is now. */
    public List<String> found() {
        List<String> found = new ArrayList<>();
        found.addAll(processes());
        for (Path work : works()) {
            for (String folder : List.of("sandboxes", "recoveries", "runs", "operations")) {
                found.addAll(entries(work.resolve(folder)));
            }
        }
        for (String region : List.of("east", "west")) {
            try (Bucket bucket = Bucket.of(stack, region)) {
                bucket.unfinishedUploads().forEach(key -> found.add("upload of " + key + " in " + region));
            }
        }
        found.addAll(atTheSource());
        return found;
    }

    /** Tools, sandboxes and their launchers: all of them have a work folder on their command line or as their own. */
    private List<String> processes() {
        List<String> works = works().stream().map(Path::toString).toList();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(CommandLines::describe)
                    .filter(described -> works.stream().anyMatch(described::contains))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The work folder of each service, those of second instances too. */
    private List<Path> works() {
        try (Stream<Path> parts = Files.list(stack.plan().state().data())) {
            return parts.map(part -> part.resolve("work"))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(Path::toString).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> atTheSource() {
        List<String> found = new ArrayList<>();
        try (Connection connection = stack.server().connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        select 'slot ' || slot_name from pg_replication_slots
                        union all
                        select 'session of ' || application_name || ': ' || left(query, 80) from pg_stat_activity
                        where application_name ~ '^(lifeboat|pg_dump|pgBackRest)' and application_name <> 'lifeboat local stack'
                          and state is distinct from 'idle'
                        """)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }
}
