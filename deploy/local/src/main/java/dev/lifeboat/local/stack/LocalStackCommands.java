package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.Part;
import dev.lifeboat.local.api.RunningStack;
import dev.lifeboat.local.demo.Demo;
import dev.lifeboat.local.process.ProcessIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}, {@code down}, {@code status}, {@code check}, {@code demo}. */
@Command(
        name = "lifeboat-local",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The whole stack on one machine: PostgreSQL, Kafka, two S3 regions, the services.",
        footer = {
            "",
            "LIFEBOAT_HOME       folder of the stack (default: .lifeboat of the checkout)",
            "LIFEBOAT_PORT_BASE  moves all ports; LIFEBOAT_PORT_<PART> moves one"
        })
public final class LocalStackCommands {
    private final Terminal terminal;
    private final Path checkout = Path.of(System.getProperty("lifeboat.checkout", ""))
            .toAbsolutePath()
            .normalize();
    private final StackHome home = StackHome.of(System.getenv(), checkout);

    public LocalStackCommands(PrintStream out) {
        this.terminal = new Terminal(out);
    }

    /** Shows an error as one should be shown; anything unforeseen with its stack trace. */
    public static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof LocalStackException known) {
            new Terminal(System.err).error(known);
        } else {
            e.printStackTrace(System.err);
        }
        return 1;
    }

    @Command(name = "up", mixinStandardHelpOptions = true, description = "Start what does not run; wait until ready.")
    int up(
            @Option(names = "--samples", description = "Also start the sample cluster 'shop'.") boolean samples,
            @Option(names = "--no-services", description = "Only what the services stand on: to run one in an IDE.")
                    boolean noServices) {
        Stack stack = bringUp(new Stack.Extent(!noServices, samples));
        terminal.line("  API      %s/api/v1", stack.plan().url(PartName.BACKUP));
        terminal.line("  tokens   in %s", shortened(home.stackFile()));
        terminal.line("  logs     in %s/<part>/", shortened(stack.plan().state().data()));
        terminal.line("  stop     make down (what is stored stays)");
        return 0;
    }

    @Command(name = "demo", mixinStandardHelpOptions = true, description = "See it work, on a sample shop.")
    int demo() throws IOException {
        bringUp(new Stack.Extent(true, true));
        List<String> broken = new Demo(
                        RunningStack.in(home.root()), Boolean.getBoolean("lifeboat.terminal"), InstantSource.system())
                .run();
        return broken.isEmpty() ? 0 : 1;
    }

    @Command(name = "down", mixinStandardHelpOptions = true, description = "Stop all of it; what is stored stays.")
    int down() {
        Optional<Stack> stack = Stack.existing(home, checkout, terminal);
        if (stack.isEmpty()) {
            terminal.line("No stack in %s.", home.root());
            return 0;
        }
        StackLock.holding(home, () -> {
            stack.get().down();
            return stack;
        });
        terminal.line("Down. What is stored stays in %s.", shortened(home.root()));
        return 0;
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "What runs, where; exits 1 if not all.")
    int status() {
        Optional<Stack> stack = Stack.existing(home, checkout, terminal);
        if (stack.isEmpty()) {
            terminal.line("No stack in %s. 'make up' starts one.", home.root());
            return 1;
        }
        StackPlan plan = stack.get().plan();
        terminal.line("Lifeboat in %s", home.root());
        terminal.line("  %-16s %-8s %6s %8s %9s", "part", "state", "port", "pid", "memory");
        long total = 0;
        boolean all = true;
        for (Map.Entry<PartName, Part> entry : plan.all().entrySet()) {
            PartName name = entry.getKey();
            if (name == PartName.SHOP && !plan.hasShop()) {
                continue;
            }
            Optional<ProcessIdentity> process = entry.getValue().process();
            long memory = process.map(running -> Memory.of(running.pid())).orElse(0L);
            total += memory;
            all &= process.isPresent() || name == PartName.SHOP;
            terminal.line(
                    "  %-16s %-8s %6d %8s %9s",
                    name.text(),
                    process.isPresent() ? "running" : "stopped",
                    plan.state().port(name),
                    process.map(running -> Long.toString(running.pid())).orElse("-"),
                    process.isPresent() ? (memory >> 20) + " MiB" : "-");
        }
        terminal.line("  %-16s %-8s %6s %8s %9s", "all", "", "", "", (total >> 20) + " MiB");
        terminal.line("logs: %s/<part>/<part>.log", shortened(plan.state().data()));
        return all ? 0 : 1;
    }

    @Command(name = "check", mixinStandardHelpOptions = true, description = "Whether the needed programs are there.")
    int check() {
        boolean all = true;
        for (Tools.Tool tool : Tools.NEEDED) {
            Optional<Path> found = tool.found();
            all &= found.isPresent();
            terminal.line(
                    "  %-12s %s",
                    tool.name(),
                    found.map(Path::toString)
                            .orElse("MISSING: apt-get install " + tool.debianPackage() + " (make setup does)"));
        }
        return all ? 0 : 1;
    }

    private Stack bringUp(Stack.Extent extent) {
        Tools.require();
        return StackLock.holding(home, () -> {
            long begin = System.nanoTime();
            Stack stack = Stack.prepare(home, System.getenv(), checkout, terminal);
            terminal.line("Lifeboat in %s", home.root());
            if (!stack.plan().state().data().startsWith(home.root())) {
                terminal.line("data in %s", stack.plan().state().data());
            }
            orUndo(stack, () -> stack.up(extent));
            terminal.line("");
            terminal.line("Ready after %s.", Terminal.seconds(Duration.ofNanos(System.nanoTime() - begin)));
            return stack;
        });
    }

    /** When it fails or somebody interrupts, ends again what was started. */
    private void orUndo(Stack stack, Runnable up) {
        AtomicBoolean done = new AtomicBoolean();
        Thread interrupted = new Thread(
                () -> {
                    if (done.compareAndSet(false, true)) {
                        terminal.line("");
                        terminal.line("Interrupted: stopping what was started.");
                        stack.undo();
                    }
                },
                "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            up.run();
            done.set(true);
        } catch (RuntimeException e) {
            if (!done.compareAndSet(false, true)) {
                // The hook is at work: it says what there is to say, and this JVM ends when it is done.
                awaitTheEnd();
            }
            terminal.line("");
            if (stack.startedAnything()) {
                terminal.line("Failed: stopping what was started.");
                stack.undo();
            }
            throw e;
        }
    }

    private static void awaitTheEnd() {
        try {
            Thread.sleep(Duration.ofMinutes(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A path as the reader's shell would take it from where they are. */
    private static String shortened(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) && !path.equals(here)
                ? here.relativize(path).toString()
                : path.toString();
    }
}
