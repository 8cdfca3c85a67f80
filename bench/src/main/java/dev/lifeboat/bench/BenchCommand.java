package dev.lifeboat.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the benchmark. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Lifeboat beside the bare tools: a table, and target/bench/*.json.")
public final class BenchCommand implements java.util.concurrent.Callable<Integer> {
    /** In this order: what needs the stack first, then what wants the machine for itself. */
    private static final List<Group> ON_THE_STACK =
            List.of(new Starts(), new PgBackRestFull(), new DumpToS3(), new RestoreTest(), new ReplayFromS3());

    private static final List<Group> ALONE = List.of(new Events(), new PhysicalToS3(), new Wal(), new DemoRun());

    @Option(names = "--rounds", defaultValue = "3", description = "How often each thing is done (default: 3).")
    private int rounds;

    @Option(
            names = "--factor",
            defaultValue = "10",
            description = "Size of the large database in demos of some 200 MB (default: 10, which is 2 GB).")
    private int factor;

    @Option(
            names = "--only",
            split = ",",
            description = "Only these: starts, pgbackrest, dump, restore-test, replay, events, physical, wal, demo.")
    private Set<String> only;

    /** Exits 0 when all goals were met, 1 when one was not or could not be measured. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path checkout = Path.of(System.getProperty("lifeboat.checkout", ""))
                .toAbsolutePath()
                .normalize();
        Workbench bench = new Workbench(checkout, rounds, factor);
        List<Result> all = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        List<Group> wanted = ON_THE_STACK.stream().filter(this::isWanted).toList();
        if (!wanted.isEmpty()) {
            try {
                Workbench.say("starting a stack");
                bench.up();
                for (Group group : wanted) {
                    take(group, bench, all, broken);
                }
            } finally {
                bench.remove();
            }
        }
        for (Group group : ALONE) {
            if (isWanted(group)) {
                take(group, bench, all, broken);
            }
        }
        System.out.println();
        Report.table(all).forEach(System.out::println);
        broken.forEach(one -> System.out.println("not measured: " + one));
        return broken.isEmpty() && all.stream().allMatch(Result::met) ? 0 : 1;
    }

    private boolean isWanted(Group group) {
        return only == null || only.contains(group.name());
    }

    /** One that cannot be measured is said, and the others are measured. */
    private static void take(Group group, Workbench bench, List<Result> all, List<String> broken) throws Exception {
        System.out.println(group.name());
        Map<String, String> machine = machine();
        try {
            List<Result> results = group.measure(bench);
            Report.write(bench.checkout().resolve("target/bench"), group.name(), machine, results);
            all.addAll(results);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            broken.add(group.name() + ": " + e.getMessage());
        }
    }

    /** What the numbers depend on. */
    private static Map<String, String> machine() throws java.io.IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("loadBefore", Files.readString(Path.of("/proc/loadavg")).strip());
        facts.put("java", System.getProperty("java.vm.version"));
        return facts;
    }
}
