package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.process.ProcessInput;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * PostgreSQL's dump programs of one major version, each run to its end. A program that did not end with status 0 is a
 * {@link DumpFailure}; what it warned of is in the answer.
 */
final class DumpPrograms {
    private static final int LISTING_BYTES = 256 * 1024 * 1024;
    private static final int MOST_LINES = 10_000;

    private final ProcessRunner runner;
    private final Path folder;
    private final DumpSource source;
    private final Duration lockWait;

    /**
     * @param folder of the programs
     * @param lockWait the longest that pg_dump waits for a table
     */
    DumpPrograms(ProcessRunner runner, Path folder, DumpSource source, Duration lockWait) {
        this.runner = runner;
        this.folder = folder;
        this.source = source;
        this.lockWait = lockWait;
    }

    /** What a program said that ended well. */
    record Said(String stdout, List<String> stderr) {}

    /** Roles, tablespaces and their grants. */
    Said globals(boolean passwords, ProcessOutput.Reader reader) throws InterruptedException {
        List<String> command = command("pg_dumpall", "--globals-only", "--no-password");
        if (!passwords) {
            command.add("--no-role-passwords");
        }
        command.add("--dbname=" + source.uri(source.maintenance()));
        return run(command, ProcessSpec::stdout, new ProcessOutput.Consumed(reader));
    }

    /** One database in custom format. */
    Said custom(String database, String snapshot, ProcessOutput.Reader reader) throws InterruptedException {
        List<String> command = dump(database, snapshot);
        command.add("--format=custom");
        return run(command, ProcessSpec::stdout, new ProcessOutput.Consumed(reader));
    }

    /** One database in directory format, into a folder that does not exist yet. */
    Said directory(String database, String snapshot, int jobs, Path into) throws InterruptedException {
        List<String> command = dump(database, snapshot);
        // the folder is scratch: what counts is what the store confirms, not what this disk does
        command.addAll(List.of("--format=directory", "--no-sync", "--jobs=" + jobs, "--file=" + into));
        return run(command, ProcessSpec::stdout, new ProcessOutput.Tail(4096));
    }

    private List<String> dump(String database, String snapshot) {
        return command(
                "pg_dump",
                "--no-password",
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=" + lockWait.toMillis(),
                "--dbname=" + source.uri(database));
    }

    /** The table of contents of an archive in custom format, of which no more is read than is needed. */
    Said list(Supplier<InputStream> archive) throws InterruptedException {
        return read(command("pg_restore", "--list"), archive);
    }

    /** The table of contents of an archive in directory format. */
    Said list(Path archive) throws InterruptedException {
        return run(command("pg_restore", "--list", archive.toString()), ProcessSpec::stdout, text());
    }

    /** The statements of the entries that are named in a file, from an archive in custom format. */
    Said script(Supplier<InputStream> archive, Path entries) throws InterruptedException {
        return read(command("pg_restore", "--file=-", "--use-list=" + entries), archive);
    }

    /** The statements of the entries that are named in a file, from an archive in directory format. */
    Said script(Path archive, Path entries) throws InterruptedException {
        return run(
                command("pg_restore", "--file=-", "--use-list=" + entries, archive.toString()),
                ProcessSpec::stdout,
                text());
    }

    private Said read(List<String> command, Supplier<InputStream> archive) throws InterruptedException {
        ProcessInput input = new ProcessInput.Written(stdin -> copy(archive, stdin));
        return run(command, (spec, output) -> spec.stdin(input).stdout(output), text());
    }

    private static void copy(Supplier<InputStream> archive, OutputStream stdin) throws java.io.IOException {
        try (InputStream stream = archive.get()) {
            stream.transferTo(stdin);
        }
    }

    private static ProcessOutput text() {
        return new ProcessOutput.Text(LISTING_BYTES);
    }

    private interface Wiring {
        ProcessSpec wire(ProcessSpec spec, ProcessOutput output);
    }

    private Said run(List<String> command, Wiring wiring, ProcessOutput output) throws InterruptedException {
        List<String> stderr = Collections.synchronizedList(new ArrayList<>());
        ProcessSpec spec = source.login(ProcessSpec.of(command)).onStderrLine(line -> {
            if (stderr.size() < MOST_LINES) {
                stderr.add(line);
            }
        });
        ProcessResult result = runner.run(wiring.wire(spec, output));
        // pg_restore --list closes its input when it has seen enough of it
        if (result.exit() != 0 || result.cancelled()) {
            throw ToolFaults.explain(result.program(), result.exit(), result.stderrTail());
        }
        return new Said(result.stdout(), List.copyOf(stderr));
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(folder.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
