package dev.lifeboat.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The whole demo from the built tree, in a stack of its own, with nothing else running. */
final class DemoRun implements Group {
    private static final double WITHIN_SECONDS = 180;

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        String program = bench.checkout().resolve("bin/lifeboat-local").toString();
        Path home = Path.of(bench.home() + "-demo");
        Map<String, String> environment = Map.of("LIFEBOAT_HOME", home.toString(), "LIFEBOAT_PORT_BASE", "27100");
        try {
            long begin = System.nanoTime();
            bench.programs().run(List.of(program, "demo"), environment);
            double seconds = Workbench.since(begin);
            Workbench.say("demo: %.0f s", seconds);
            return List.of(Result.atMost(
                    "demo from a built tree", seconds, "s", WITHIN_SECONDS, "first start of a new stack included"));
        } finally {
            bench.programs().run(List.of(program, "down"), environment);
            bench.programs().run(List.of("rm", "-rf", home.toString()), Map.of());
        }
    }
}
