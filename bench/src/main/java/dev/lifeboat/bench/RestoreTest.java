package dev.lifeboat.bench;

import dev.lifeboat.local.PostgresPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

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
        Path folder = bench.home().resolve("by-hand");
        bench.programs().run(List.of("install", "-d", "-m", "0755", folder.toString()), Map.of());
        Path data = folder.resolve("data");
        bench.programs().run(List.of("rm", "-rf", data.toString()), Map.of());
        bench.programs().run(List.of("install", "-d", "-m", "0700", "-o", owner(bench), data.toString()), Map.of());
        Path script = folder.resolve("script.sh");
        try (var in = RestoreTest.class.getResourceAsStream("/bench/restore-test.sh")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        long begin = System.nanoTime();
        bench.programs()
                .asServer(
                        List.of(
                                "bash",
                                script.toString(),
                                PgBackRestFull.config(bench),
                                data.toString(),
                                PostgresPrograms.folder().toString()),
                        Map.of());
        double seconds = Workbench.since(begin);
        bench.programs().run(List.of("rm", "-rf", data.toString()), Map.of());
        return seconds;
    }

    private static String owner(Workbench bench) throws Exception {
        return bench.programs().asServer(List.of("id", "-un"), Map.of()).strip();
    }
}
