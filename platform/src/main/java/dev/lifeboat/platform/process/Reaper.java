package dev.lifeboat.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Clears up, when a service starts, after instances of it that were killed together with their launchers. It ends a
 * process only when pid and start time are those that were written down, and removes only folders below those that the
 * runner and the launcher were given. What still has a living owner or launcher is left alone.
 */
public final class Reaper {
    private final ProcessRunner runner;
    private final SandboxLauncher sandboxes;
    private final Duration grace;

    public Reaper(ProcessRunner runner, SandboxLauncher sandboxes, Duration grace) {
        this.runner = runner;
        this.sandboxes = sandboxes;
        this.grace = grace;
    }

    /**
     * What was done.
     *
     * @param tools tools that were ended
     * @param folders scratch folders that were removed
     * @param adopted sandboxes that have a launcher again; those whose lease has passed are ended by it
     */
    public record Report(List<ProcessIdentity> tools, List<Path> folders, List<String> adopted) {}

    /** Looks through what was written down, once. */
    public Report reap() throws InterruptedException {
        List<ProcessIdentity> tools = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        for (ControlFolder control : abandoned()) {
            Optional<ProcessIdentity> tool = control.process("tool").filter(ProcessIdentity::isAlive);
            if (tool.isPresent()) {
                ProcessFamily.end(tool.get(), grace);
                tools.add(tool.get());
            }
            control.scratch().filter(runner::isScratch).filter(Files::exists).ifPresent(scratch -> {
                ControlFolder.deleteTree(scratch);
                folders.add(scratch);
            });
            control.remove();
        }
        List<String> adopted = new ArrayList<>();
        for (String name : sandboxes.names()) {
            if (sandboxes.adopt(name)) {
                adopted.add(name);
            }
        }
        return new Report(tools, folders, adopted);
    }

    private List<ControlFolder> abandoned() {
        try (Stream<Path> runs = Files.list(runner.runs())) {
            return runs.map(ControlFolder::new).filter(Reaper::isAbandoned).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that has no owner written down yet is just being made, by another instance. */
    private static boolean isAbandoned(ControlFolder control) {
        return control.owner().filter(owner -> !owner.isAlive()).isPresent()
                && control.process("launcher").filter(ProcessIdentity::isAlive).isEmpty();
    }
}
