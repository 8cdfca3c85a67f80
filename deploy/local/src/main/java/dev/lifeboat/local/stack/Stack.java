package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.Part;
import dev.lifeboat.local.Secrets;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ProcessIdentity;
import dev.lifeboat.local.process.ServerUser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A stack: brought up, brought down. Both may be repeated; both find what an interrupted one left. */
public final class Stack {
    private final StackPlan plan;
    private final Progress progress;
    private final Set<PartName> startedHere = ConcurrentHashMap.newKeySet();
    private final Together together = new Together();
    private volatile Lifetime lifetime = Lifetime.UNTIL_STOPPED;

    private Stack(StackPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * The stack of a home, ready to be brought up: its folders, ports and secrets exist from here on.
     *
     * @param environment environment variables: ports, and nothing else of it is read
     * @param checkout where the services were built
     */
    public static Stack prepare(StackHome home, Map<String, String> environment, Path checkout, Progress progress) {
        home.create();
        Optional<StackState> before = StackState.read(home);
        PortPlan ports = PortPlan.of(environment, before.map(StackState::ports).orElse(Map.of()));
        before.ifPresent(known -> requireNoMove(new StackPlan(home, known, checkout), ports));
        Path data = before.map(StackState::data).orElseGet(() -> home.chooseData(ServerUser.current()));
        Secrets.folder(data, "rwxr-xr-x");
        StackState state = StackState.of(data, ports, before);
        state.write(home);
        return new Stack(new StackPlan(home, state, checkout), progress);
    }

    /** The stack of a home that was started before; empty if there never was one. */
    public static Optional<Stack> existing(StackHome home, Path checkout, Progress progress) {
        return StackState.read(home).map(state -> new Stack(new StackPlan(home, state, checkout), progress));
    }

    /** What it is made of. */
    public StackPlan plan() {
        return plan;
    }

    /**
     * What is wanted beside the foundations.
     *
     * @param services the three services, and the repositories declared
     * @param samples the sample cluster {@code shop}
     */
    public record Extent(boolean services, boolean samples) {}

    /**
     * Starts what does not run, waits until all of it is ready, and declares the repositories.
     *
     * @throws LocalStackException if a part cannot be started; {@link #undo()} then ends what was
     */
    public void up(Extent extent) {
        up(extent, Lifetime.UNTIL_STOPPED);
    }

    /**
     * The same, for parts that shall not outlive this JVM: a test's stack is gone with it, however it ends.
     *
     * @throws LocalStackException if a part cannot be started; {@link #undo()} then ends what was
     */
    public void up(Extent extent, Lifetime howLong) {
        lifetime = howLong;
        Map<PartName, Part> foundations = plan.foundations();
        if (extent.samples()) {
            foundations.put(PartName.SHOP, plan.shop());
        }
        Map<PartName, Part> services = extent.services() ? plan.services() : Map.of();
        requireBuilt(services.keySet());
        Map<PartName, Part> all = new LinkedHashMap<>(foundations);
        all.putAll(services);
        requireFreePorts(all);
        writeSecrets();

        start(foundations);
        createDatabases();
        start(services);
        if (extent.services()) {
            together.forEach(StackPlan.REGIONS.keySet(), this::declare);
        }
        writeStackFile();
    }

    /** Whether {@link #up} came so far as to start anything. */
    public boolean startedAnything() {
        return !startedHere.isEmpty();
    }

    /** Ends what {@link #up} started, however far it came, and leaves alone what ran before. */
    public void undo() {
        together.abandon();
        Map<PartName, Part> mine = new LinkedHashMap<>(plan.all());
        mine.keySet().retainAll(startedHere);
        down(mine);
    }

    /** Ends everything that belongs to this stack: services, what they stand on, stores. Its data stays. */
    public void down() {
        down(plan.all());
    }

    private void down(Map<PartName, Part> parts) {
        Map<PartName, Part> services = new LinkedHashMap<>(parts);
        Map<PartName, Part> foundations = new LinkedHashMap<>(parts);
        Map<PartName, Part> stores = new LinkedHashMap<>(parts);
        services.keySet().retainAll(PartName.SERVICES);
        stores.keySet().retainAll(PartName.STORES);
        foundations.keySet().removeAll(PartName.SERVICES);
        foundations.keySet().removeAll(PartName.STORES);
        try (Together ending = new Together()) {
            // A server that archives brings its last WAL into its store before it ends; without one it tries for a
            // minute.
            for (Map<PartName, Part> next : List.of(services, foundations, stores)) {
                ending.forEach(next.entrySet(), part -> stop(part.getKey(), part.getValue()));
            }
        }
        StackFile.write(plan);
    }

    private void start(Map<PartName, Part> parts) {
        together.forEach(parts.entrySet(), entry -> {
            PartName name = entry.getKey();
            Part part = entry.getValue();
            boolean wasRunning = part.process().isPresent();
            int port = plan.state().port(name);
            if (!wasRunning) {
                startedHere.add(name);
                progress.starting(name, port);
            }
            long begin = System.nanoTime();
            part.start(lifetime);
            ProcessIdentity process = part.process()
                    .orElseThrow(() -> new LocalStackException(
                            "part-died", name.text() + " to keep running", "it ended", "read " + part.log()));
            progress.ready(name, port, process, Duration.ofNanos(System.nanoTime() - begin), wasRunning);
            writeStackFile();
        });
    }

    private synchronized void writeStackFile() {
        StackFile.write(plan);
    }

    private void stop(PartName name, Part part) {
        part.process().ifPresent(process -> {
            long begin = System.nanoTime();
            if (PartName.SERVICES.contains(name)) {
                progress.stopping(name);
            }
            part.stop();
            progress.stopped(name, process, Duration.ofNanos(System.nanoTime() - begin));
        });
    }

    private void createDatabases() {
        StackPlan.DATABASES.values().forEach(database -> {
            plan.postgres().ensureRole(database, plan.state().databasePassword(database));
            plan.postgres().ensureDatabase(database, database);
        });
    }

    private void declare(String region) {
        switch (new RepositoryDeclaration(plan, region).declare()) {
            case DECLARED -> progress.note("repository " + region + " declared");
            case KNOWN -> progress.note("repository " + region + " is declared");
            case NOT_OFFERED ->
                progress.note("repository " + region + " NOT declared: backup-service has no /repositories");
        }
    }

    /** All taken ports at once, before anything is started. */
    private void requireFreePorts(Map<PartName, Part> parts) {
        Map<Integer, String> wanted = new TreeMap<>();
        parts.forEach((name, part) -> {
            if (part.process().isEmpty()) {
                StackPlan.portsOf(name).forEach(port -> wanted.put(plan.state().port(port), port.text()));
            }
        });
        Ports.requireFree(
                wanted,
                "end what holds them, or move the stack with " + PortPlan.BASE
                        + "=<number> (all parts) or LIFEBOAT_PORT_<PART>=<number> (one part)");
    }

    private void writeSecrets() {
        StackPlan.REGIONS.keySet().forEach(region -> new RepositoryDeclaration(plan, region).writeSecrets());
        Secrets.write(plan.home().principalsFile(), Principals.document(plan.state()::token));
        PartName.SERVICES.forEach(service ->
                Secrets.write(plan.home().tokenFile(service), plan.state().token(service.text())));
    }

    private void requireBuilt(Set<PartName> services) {
        List<String> missing = services.stream()
                .filter(service -> !plan.service(service).built())
                .map(PartName::text)
                .toList();
        if (!missing.isEmpty()) {
            throw new LocalStackException(
                    "not-built",
                    "the services to be built in " + plan.checkout(),
                    "not built: " + String.join(", ", missing),
                    "run 'make build'");
        }
    }

    /** A part that runs cannot be moved to another port under its users' feet. */
    private static void requireNoMove(StackPlan running, PortPlan wanted) {
        running.all().forEach((name, part) -> StackPlan.portsOf(name).forEach(port -> {
            int now = running.state().port(port);
            if (now != wanted.port(port) && part.process().isPresent()) {
                throw new LocalStackException(
                        "part-runs-elsewhere",
                        port.text() + " on port " + wanted.port(port),
                        "it runs on port " + now,
                        "run 'make down' first, then 'make up' with the new ports");
            }
        }));
    }
}
