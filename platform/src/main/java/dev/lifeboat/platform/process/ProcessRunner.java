package dev.lifeboat.platform.process;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Runs tools so that none outlives us. Each runs in a session of its own under a launcher that holds the other end of a
 * pipe: when this JVM closes it (cancel, deadline) or dies, even by {@code kill -9}, the tool and everything that belongs
 * to it gets TERM, after the grace period KILL, and its scratch folder is removed. No shell sees an argument.
 */
public final class ProcessRunner {
    /** The environment variable in which a tool finds the story that it belongs to. */
    public static final String CORRELATION_ID = "LIFEBOAT_CORRELATION_ID";

    private final Path work;
    private final Path runs;
    private final Duration grace;
    private final Launchers launchers;

    /**
     * @param work a folder of this service for its scratch; created when it is not there
     * @param grace how long a tool may take to end after TERM
     */
    public ProcessRunner(Path work, Duration grace) {
        try {
            this.work = Launchers.privateFolder(work.toAbsolutePath()).toRealPath();
            this.runs = Launchers.privateFolder(this.work.resolve("runs"));
        } catch (IOException e) {
            throw new ProcessException(
                    new Failure(
                            "process.work-folder",
                            "The work folder " + work + " cannot be used.",
                            "a folder that the service may write",
                            e.toString(),
                            "Create it, owned by the service's user, with room for what is being worked on."),
                    e);
        }
        this.grace = grace;
        this.launchers = Launchers.unpackInto(this.work);
    }

    /** The work folder, links resolved. */
    public Path work() {
        return work;
    }

    /** Folder of the control folders, for the reaper. */
    Path runs() {
        return runs;
    }

    /**
     * Runs a tool to its end. A tool that fails is a result; what could not be started or whose output could not be taken
     * is a {@link ProcessException}. An interrupt cancels the tool, waits until it is gone, and is passed on.
     */
    public ProcessResult run(ProcessSpec spec) throws InterruptedException {
        try (RunningProcess process = start(spec)) {
            return process.await();
        }
    }

    /** Starts a tool. Close what is returned: that ends the tool if it still runs. */
    public RunningProcess start(ProcessSpec spec) {
        Path program = Programs.find(spec.command().getFirst());
        refuseSecretsIn(spec);
        OsUser user = spec.user().map(OsUser::named).orElseGet(OsUser::current);
        spec.scratch().ifPresent(this::requireInside);
        List<String> prefix = user.commandPrefix();
        ControlFolder control = null;
        RandomAccessFile lifeline = null;
        try {
            control = ControlFolder.create(runs, UUID.randomUUID().toString(), spec.scratch());
            lifeline = control.hold();
            var arguments = new ArrayList<String>(List.of(
                    control.lifeline().toString(),
                    seconds(grace),
                    control.folder().toString(),
                    spec.scratch().map(Path::toString).orElse(""),
                    "--"));
            arguments.addAll(prefix);
            arguments.add(program.toString());
            arguments.addAll(spec.command().subList(1, spec.command().size()));
            var builder = new ProcessBuilder(launchers.inOwnSession("lifeline", arguments));
            builder.directory(spec.directory().orElse(Path.of("/")).toFile());
            setEnvironment(builder.environment(), spec, user);
            ProcessStreams.redirect(builder, spec);
            return new RunningProcess(spec, builder.start(), control, lifeline, grace);
        } catch (IOException e) {
            release(control, lifeline);
            throw new ProcessException(
                    new Failure(
                            "process.start-failed",
                            program.getFileName() + " could not be started.",
                            "a running process",
                            e.toString(),
                            "Look at the working directory, the limits on processes and files, and the space in "
                                    + work),
                    e);
        }
    }

    static void setEnvironment(Map<String, String> environment, ProcessSpec spec, OsUser user) {
        environment.clear();
        environment.put("PATH", Programs.path());
        environment.put("LANG", "C.UTF-8");
        environment.put("TZ", "UTC");
        environment.put("HOME", user.home());
        environment.put("USER", user.name());
        environment.put("LOGNAME", user.name());
        Correlation.current().map(Correlation::correlationId).ifPresent(id -> environment.put(CORRELATION_ID, id));
        environment.putAll(spec.environment());
        spec.secretEnvironment().forEach((name, secret) -> environment.put(name, secret.reveal()));
    }

    /** Everybody on the machine can read a command line. Short ones are let through: they are found by chance. */
    static void refuseSecretsIn(ProcessSpec spec) {
        boolean exposed = spec.secrets().stream()
                .map(secret -> secret.reveal())
                .filter(value -> value.length() >= 6)
                .anyMatch(value -> spec.command().stream().anyMatch(argument -> argument.contains(value)));
        if (exposed) {
            throw new IllegalArgumentException("a secret may not stand on a command line: " + spec);
        }
    }

    private void requireInside(Path scratch) {
        if (!isScratch(scratch)) {
            throw new IllegalArgumentException("the scratch folder " + scratch + " is not below " + work);
        }
    }

    /** A folder that may be removed on our behalf lies below the work folder, and is not one that we live from. */
    boolean isScratch(Path folder) {
        return folder.normalize().equals(folder)
                && folder.startsWith(work)
                && !folder.equals(work)
                && !runs.startsWith(folder)
                && !work.resolve("launchers").startsWith(folder);
    }

    static String seconds(Duration time) {
        return Long.toString(Math.max(1, time.plusMillis(999).toSeconds()));
    }

    private static void release(ControlFolder control, RandomAccessFile lifeline) {
        try (lifeline) {
            if (control != null) {
                control.remove();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
