package dev.lifeboat.system.stack;

import dev.lifeboat.local.Part;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.local.api.RunningStack;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ProcessIdentity;
import dev.lifeboat.local.stack.PartName;
import dev.lifeboat.local.stack.Stack;
import dev.lifeboat.local.stack.StackHome;
import dev.lifeboat.local.stack.StackPlan;
import dev.lifeboat.local.stack.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The whole stack, its sample server included, on free ports and in a folder of its own: one for all tests of this JVM,
 * started when the first of them asks for it. It ends with the JVM, however that ends; its logs are kept in
 * {@code target/stack-logs}.
 */
public final class SystemStack {
    private static final String PREFIX = "lifeboat-system-";
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static SystemStack shared;

    private final StackHome home;
    private final Stack stack;
    private final CommandLines commandLines;

    private SystemStack(StackHome home, Stack stack) {
        this.home = home;
        this.stack = stack;
        this.commandLines =
                CommandLines.watch(stack.plan().workDirectory(PartName.RESTORE).resolve("sandboxes"));
    }

    /** The one stack. */
    public static synchronized SystemStack shared() {
        if (shared == null) {
            Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
            shared = start();
        }
        return shared;
    }

    private static SystemStack start() {
        Path root = Path.of(System.getProperty("java.io.tmpdir"));
        sweep(root);
        Path folder = create(root);
        Map<String, String> ports = new HashMap<>();
        for (PartName part : PartName.values()) {
            ports.put(part.variable(), Integer.toString(Ports.free()));
        }
        StackHome home = new StackHome(folder);
        SystemStack fresh =
                new SystemStack(home, Stack.prepare(home, ports, MODULE.getParent(), new Terminal(System.out)));
        Runtime.getRuntime().addShutdownHook(new Thread(fresh::end, "stack-end"));
        fresh.bringUp();
        return fresh;
    }

    /** Starts what does not run, as {@code bin/lifeboat-local up} does, and waits until all of it is ready. */
    public void bringUp() {
        stack.up(new Stack.Extent(true, true), Lifetime.OF_THIS_JVM);
    }

    /** Its parts. */
    public StackPlan plan() {
        return stack.plan();
    }

    /** A part. */
    public Part part(PartName name) {
        return plan().all().get(name);
    }

    /** Where it is and how to get in. */
    public RunningStack running() {
        return RunningStack.in(home.root());
    }

    /** The API as the operator uses it. */
    public LifeboatApi operator() {
        return running().as("operator");
    }

    /** The server that is backed up. */
    public PostgresCluster server() {
        return plan().shop();
    }

    /** The repository root: where the commands are. */
    public Path checkout() {
        return plan().checkout();
    }

    /** The folder of everything. */
    public Path folder() {
        return home.root();
    }

    /** Where references of the form {@code {file: name}} are looked up. */
    public Path secrets() {
        return home.secretsDirectory();
    }

    /** Every command line that was seen on this machine since the stack was started. */
    public CommandLines commandLines() {
        return commandLines;
    }

    /** The one-time passwords of all sandboxes that were seen. */
    public Set<String> sandboxPasswords() {
        return commandLines.passwords();
    }

    /** The log of each part, those of second instances too. */
    public List<Path> logs() {
        try (Stream<Path> folders = Files.list(plan().state().data())) {
            return folders.map(folder -> folder.resolve(folder.getFileName() + ".log"))
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void end() {
        commandLines.close();
        Stream<Part> parts = plan().all().values().stream();
        List<Thread> ends =
                parts.map(part -> Thread.ofPlatform().start(part::kill)).toList();
        try {
            for (Thread ending : ends) {
                ending.join();
            }
            keepLogs();
        } catch (IOException e) {
            System.err.println("lifeboat: cannot keep the logs: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(home.root());
    }

    private void keepLogs() throws IOException {
        Path kept = Files.createDirectories(MODULE.resolve("target/stack-logs"));
        for (Path log : logs()) {
            Files.copy(log, kept.resolve(log.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path create(Path root) {
        try {
            Path folder = Files.createTempDirectory(root, PREFIX);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    folder.resolve("owner"), ProcessIdentity.ofThisJvm().toString());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what JVMs that were killed left: their servers are gone already, their folders are not. */
    private static void sweep(Path root) {
        try (Stream<Path> folders = Files.list(root)) {
            folders.filter(folder -> folder.getFileName().toString().startsWith(PREFIX))
                    .filter(SystemStack::abandoned)
                    .forEach(SystemStack::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean abandoned(Path folder) {
        try {
            Optional<ProcessIdentity> owner = ProcessIdentity.parse(Files.readString(folder.resolve("owner")));
            return owner.isPresent() && !owner.get().alive();
        } catch (IOException notYetWritten) {
            return false;
        }
    }

    /** A server that is just ending may delete files under our hands: the program does not mind. */
    private static void delete(Path folder) {
        try {
            new ProcessBuilder("rm", "-rf", "--", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
