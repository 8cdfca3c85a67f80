package dev.lifeboat.bench;

import java.nio.file.Path;
import java.util.List;

/** A restore test of a pgBackRest backup, request to verdict, beside a script that does the same steps and checks. */
final class RestoreTest implements Group {
    private static final double FACTOR = 1.10;
    private static final double MORE_SECONDS = 2;

    @Override
    public String name() {
        return "restore-test";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        double size = bench.declared().bytes() / 1e9;
        bench.shop(false);
        bench.backup("{\"policy\":\"full\"}");
        Samples ours = new Samples();
        Samples theirs = new Samples();
        String phases = "";
        for (int round = 0; round < bench.rounds(); round++) {
            // Turn and turn about: whoever comes first finds the store and the page cache cold.
            if (round % 2 == 0) {
                theirs.add(script(bench));
            }
            long begin = System.nanoTime();
            var drill = bench.drill("{\"cluster\":\"bench\",\"kind\":\"restore-test\",\"method\":\"pgbackrest\"}");
            ours.add(Workbench.since(begin));
            phases = drill.path("phases").toString();
            if (round % 2 == 1) {
                theirs.add(script(bench));
            }
            Workbench.say("restore test: Lifeboat %s s; script %s s", ours, theirs);
        }
        return List.of(Result.beside(
                "restore test, %.1f GB".formatted(size),
                ours.median(),
                theirs.median(),
                "s",
                FACTOR,
                MORE_SECONDS,
                "Lifeboat: " + ours + "; script: " + theirs + "; last phases: " + phases));
    }

    private static double script(Workbench bench) throws Exception {
        ByHand byHand = ByHand.folder(bench);
        Path script = byHand.script("/bench/restore-test.sh");
        long begin = System.nanoTime();
        byHand.run(script, List.of());
        double seconds = Workbench.since(begin);
        byHand.clear();
        return seconds;
    }
}
