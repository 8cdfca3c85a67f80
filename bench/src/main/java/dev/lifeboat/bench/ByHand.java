package dev.lifeboat.bench;

import dev.lifeboat.local.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A folder in which somebody restores by hand, with a script of the server's operating-system user. */
final class ByHand {
    private final Workbench bench;
    private final Path folder;

    private ByHand(Workbench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    static ByHand folder(Workbench bench) throws Exception {
        ByHand byHand = new ByHand(bench, bench.home().resolve("by-hand"));
        bench.programs().run(List.of("install", "-d", "-m", "0755", byHand.folder.toString()), Map.of());
        byHand.clear();
        byHand.make(byHand.data());
        return byHand;
    }

    /** Where the restored files go. */
    Path data() {
        return folder.resolve("data");
    }

    /** Makes a folder that is the server user's own. */
    Path make(Path made) throws Exception {
        String owner = bench.programs().asServer(List.of("id", "-un"), Map.of()).strip();
        bench.programs().run(List.of("install", "-d", "-m", "0700", "-o", owner, made.toString()), Map.of());
        return made;
    }

    /** Lays a script down where it can be run. */
    Path script(String resource) throws IOException {
        Path script = folder.resolve("script.sh");
        try (var in = ByHand.class.getResourceAsStream(resource)) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    /** Runs one with pgBackRest's configuration, the data folder, PostgreSQL's programs and what else it wants. */
    String run(Path script, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                script.toString(),
                PgBackRestFull.config(bench),
                data().toString(),
                PostgresPrograms.folder().toString()));
        command.addAll(more);
        return bench.programs().asServer(command, Map.of()).strip();
    }

    /** Removes what was restored. */
    void clear() throws Exception {
        bench.programs().run(List.of("rm", "-rf", data().toString()), Map.of());
    }
}
