package dev.lifeboat.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A full backup with pgBackRest, request to completed, beside the bare command with the same configuration. */
final class PgBackRestFull implements Group {
    private static final double FACTOR = 1.05;
    private static final double MORE_SECONDS = 2;

    @Override
    public String name() {
        return "pgbackrest";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        double size = bench.declared().bytes() / 1e9;
        // The first one makes the stanza and warms all caches.
        bench.backup("{\"policy\":\"full\"}");
        List<String> bare = bare(bench);
        Samples ours = new Samples();
        Samples theirs = new Samples();
        for (int round = 0; round < bench.rounds(); round++) {
            ours.add(bench.backup("{\"policy\":\"full\"}"));
            long begin = System.nanoTime();
            bench.programs().asServer(bare, bench.server());
            theirs.add(Workbench.since(begin));
            Workbench.say("pgBackRest full: Lifeboat %s s; bare %s s", ours, theirs);
        }
        return List.of(Result.beside(
                "pgBackRest full, %.1f GB".formatted(size),
                ours.median(),
                theirs.median(),
                "s",
                FACTOR,
                MORE_SECONDS,
                "Lifeboat: " + ours + "; bare: " + theirs));
    }

    /** The server's archive_command says where the configuration is. */
    private static List<String> bare(Workbench bench) throws Exception {
        return List.of(
                "pgbackrest",
                "--config=" + config(bench),
                "--stanza=bench",
                "--pg1-user=" + bench.server().get("PGUSER"),
                "--type=full",
                "backup");
    }

    static String config(Workbench bench) throws Exception {
        String command = bench.query("postgres", "show archive_command");
        Matcher option = Pattern.compile("--config=('?)([^' ]+)\\1").matcher(command);
        if (!option.find()) {
            throw new IllegalStateException("no --config in archive_command: " + command);
        }
        return option.group(2);
    }
}
