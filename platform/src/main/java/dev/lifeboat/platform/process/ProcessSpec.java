package dev.lifeboat.platform.process;

import dev.lifeboat.platform.secrets.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What to run: an argument list, never a line for a shell. The environment is built from nothing ({@code PATH},
 * {@code LANG=C.UTF-8}, {@code TZ=UTC}, and {@code HOME} of the user), so that a tool never sees the service's own
 * secrets.
 */
public final class ProcessSpec {
    private static final int KEPT = 64 * 1024;

    private final List<String> command;
    private Map<String, String> environment = Map.of();
    private Map<String, Secret> secretEnvironment = Map.of();
    private List<Secret> redacted = List.of();
    private Optional<Path> directory = Optional.empty();
    private Optional<String> user = Optional.empty();
    private ProcessInput input = new ProcessInput.Empty();
    private ProcessOutput output = new ProcessOutput.Tail(KEPT);
    private int stderrBytes = KEPT;
    private Optional<Duration> deadline = Optional.empty();
    private Optional<Path> scratch = Optional.empty();
    private Consumer<String> stderrLine = line -> {};
    private Consumer<String> stdoutLine = line -> {};

    private ProcessSpec(List<String> command) {
        if (command.isEmpty() || command.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("a program and arguments without NUL are needed");
        }
        this.command = List.copyOf(command);
    }

    private ProcessSpec(ProcessSpec other) {
        command = other.command;
        environment = other.environment;
        secretEnvironment = other.secretEnvironment;
        redacted = other.redacted;
        directory = other.directory;
        user = other.user;
        input = other.input;
        output = other.output;
        stderrBytes = other.stderrBytes;
        deadline = other.deadline;
        scratch = other.scratch;
        stderrLine = other.stderrLine;
        stdoutLine = other.stdoutLine;
    }

    /** A program (absolute, or looked up in PATH) and its arguments. */
    public static ProcessSpec of(String program, String... arguments) {
        var command = new ArrayList<String>();
        command.add(program);
        command.addAll(List.of(arguments));
        return new ProcessSpec(command);
    }

    /** A program (absolute, or looked up in PATH) and its arguments. */
    public static ProcessSpec of(List<String> command) {
        return new ProcessSpec(command);
    }

    /** One more environment variable. */
    public ProcessSpec environment(String name, String value) {
        return environment(Map.of(name, value));
    }

    /** More environment variables. */
    public ProcessSpec environment(Map<String, String> more) {
        var copy = new ProcessSpec(this);
        var all = new LinkedHashMap<>(environment);
        all.putAll(more);
        copy.environment = Map.copyOf(all);
        return copy;
    }

    /** A secret for the tool's environment; taken out of everything that is kept of its output. */
    public ProcessSpec secret(String name, Secret value) {
        var copy = new ProcessSpec(this);
        var all = new LinkedHashMap<>(secretEnvironment);
        all.put(name, value);
        copy.secretEnvironment = Map.copyOf(all);
        return copy;
    }

    /** More secrets that may turn up in the output, because the tool reads them from elsewhere. */
    public ProcessSpec redact(List<Secret> secrets) {
        var copy = new ProcessSpec(this);
        var all = new ArrayList<>(redacted);
        all.addAll(secrets);
        copy.redacted = List.copyOf(all);
        return copy;
    }

    /** Working directory; {@code /} unless given. */
    public ProcessSpec directory(Path folder) {
        var copy = new ProcessSpec(this);
        copy.directory = Optional.of(folder);
        return copy;
    }

    /** The operating-system user to run as. As root we become that user; otherwise it must be our own. */
    public ProcessSpec runAs(String name) {
        return runAs(Optional.of(name));
    }

    /** The operating-system user to run as; empty: our own. */
    public ProcessSpec runAs(Optional<String> name) {
        var copy = new ProcessSpec(this);
        copy.user = name;
        return copy;
    }

    /** Standard input; empty unless given. */
    public ProcessSpec stdin(ProcessInput source) {
        var copy = new ProcessSpec(this);
        copy.input = source;
        return copy;
    }

    /** Standard output; its last 64 KiB are kept unless said otherwise. */
    public ProcessSpec stdout(ProcessOutput destination) {
        var copy = new ProcessSpec(this);
        copy.output = destination;
        return copy;
    }

    /** How much of the end of standard error is kept. */
    public ProcessSpec keepStderr(int bytes) {
        var copy = new ProcessSpec(this);
        copy.stderrBytes = bytes;
        return copy;
    }

    /** After this long the tool is ended. Without it, it may run for ever. */
    public ProcessSpec deadline(Duration time) {
        var copy = new ProcessSpec(this);
        copy.deadline = Optional.of(time);
        return copy;
    }

    /** A folder below the runner's work folder that is removed when the tool is cancelled or we die. */
    public ProcessSpec scratch(Path folder) {
        var copy = new ProcessSpec(this);
        copy.scratch = Optional.of(folder);
        return copy;
    }

    /** Gets each line of standard error as it comes, redacted. */
    public ProcessSpec onStderrLine(Consumer<String> listener) {
        var copy = new ProcessSpec(this);
        copy.stderrLine = listener;
        return copy;
    }

    /** Gets each line of standard output as it comes, redacted; only with {@link ProcessOutput.Tail}. */
    public ProcessSpec onStdoutLine(Consumer<String> listener) {
        var copy = new ProcessSpec(this);
        copy.stdoutLine = listener;
        return copy;
    }

    List<String> command() {
        return command;
    }

    Map<String, String> environment() {
        return environment;
    }

    Map<String, Secret> secretEnvironment() {
        return secretEnvironment;
    }

    List<Secret> secrets() {
        var all = new ArrayList<>(redacted);
        all.addAll(secretEnvironment.values());
        return all;
    }

    Optional<Path> directory() {
        return directory;
    }

    Optional<String> user() {
        return user;
    }

    ProcessInput input() {
        return input;
    }

    ProcessOutput output() {
        return output;
    }

    int stderrBytes() {
        return stderrBytes;
    }

    Optional<Duration> deadline() {
        return deadline;
    }

    Optional<Path> scratch() {
        return scratch;
    }

    Consumer<String> stderrLine() {
        return stderrLine;
    }

    Consumer<String> stdoutLine() {
        return stdoutLine;
    }

    /** The program alone: arguments do not belong into logs. */
    @Override
    public String toString() {
        return "ProcessSpec[" + command.getFirst() + ", " + (command.size() - 1) + " arguments]";
    }
}
