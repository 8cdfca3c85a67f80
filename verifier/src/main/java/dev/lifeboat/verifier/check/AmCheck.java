package dev.lifeboat.verifier.check;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tables and indexes agree with themselves and with each other: {@code pg_amcheck} over all databases, each heap tuple
 * looked up in its indexes. Comes last, because it installs its extension.
 *
 * @see <a href="https://www.postgresql.org/docs/15/app-pgamcheck.html">pg_amcheck</a>
 */
@ApplicationScoped
class AmCheck implements Check {
    private static final int SINCE_MAJOR = 14;
    private static final int FOUND_CORRUPTION = 2;
    private static final Duration DEADLINE = Duration.ofHours(6);
    /** A sandbox has little else to do; tables and indexes are looked at side by side. */
    private static final int JOBS = 2;

    private final ProcessRunner processes;
    private final PostgresTools tools;

    AmCheck(ProcessRunner processes, PostgresTools tools) {
        this.processes = processes;
        this.tools = tools;
    }

    @Override
    public String name() {
        return "amcheck";
    }

    @Override
    public int order() {
        return 60;
    }

    @Override
    public List<Outcome> look(Sandbox sandbox, Material material) throws Exception {
        int major = material.manifest().majorVersion();
        if (major < SINCE_MAJOR) {
            return List.of(
                    Outcome.notApplicable(name(), "pg_amcheck exists from PostgreSQL 14, this is " + major + "."));
        }
        ProcessResult result = processes.run(ProcessSpec.of(
                        tools.find("pg_amcheck", major).toString(),
                        "--host=" + sandbox.address(),
                        "--port=" + sandbox.port(),
                        "--username=" + sandbox.user(),
                        "--no-password",
                        "--install-missing",
                        "--heapallindexed",
                        "--jobs=" + JOBS,
                        "--all")
                // Wins over what the owner may have made the default of a database: the extension must be installed.
                .environment("PGOPTIONS", "-c default_transaction_read_only=off")
                .secret("PGPASSWORD", sandbox.password())
                .stdout(new ProcessOutput.Tail(64 * 1024))
                .deadline(DEADLINE));
        if (result.succeeded()) {
            return List.of(Outcome.passed(name(), null));
        }
        String said = said(result);
        return List.of(
                result.exit() == FOUND_CORRUPTION && !result.cancelled()
                        ? Outcome.failed(name(), "Corruption was found: " + said, "no corruption", said)
                        : Outcome.inconclusive(name(), "pg_amcheck could not look: " + said));
    }

    /** The first complaint: the line that names the relation and the one that says what is wrong with it. */
    private static String said(ProcessResult result) {
        String said = (result.stdout() + "\n" + result.stderrTail())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .limit(2)
                .collect(Collectors.joining(" "));
        return said.isEmpty() ? "nothing" : said;
    }
}
