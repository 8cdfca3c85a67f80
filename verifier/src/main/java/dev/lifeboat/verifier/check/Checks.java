package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Runs all checks in their order. One that throws could not look: inconclusive, and the next one runs. */
@ApplicationScoped
public class Checks {
    private static final Logger LOG = Logger.getLogger(Checks.class);

    private final List<Check> checks;
    private final InstantSource clock;

    Checks(@All List<Check> checks, InstantSource clock) {
        this.checks =
                checks.stream().sorted(Comparator.comparingInt(Check::order)).toList();
        this.clock = clock;
    }

    /**
     * Runs them.
     *
     * @param between called before each check; what it throws ends the run
     * @param done told each result as it comes
     */
    public List<CheckResult> run(Sandbox sandbox, Material material, Runnable between, Consumer<List<CheckResult>> done)
            throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : checks) {
            between.run();
            results.addAll(run(check, sandbox, material));
            done.accept(List.copyOf(results));
        }
        return List.copyOf(results);
    }

    private List<CheckResult> run(Check check, Sandbox sandbox, Material material) throws InterruptedException {
        Instant startedAt = clock.instant();
        List<Outcome> outcomes;
        try {
            outcomes = check.look(sandbox, material);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warnf(e, "check %s could not look", check.name());
            outcomes = List.of(Outcome.inconclusive(check.name(), "Could not look: " + describe(e)));
        }
        Duration duration = Duration.between(startedAt, clock.instant());
        return outcomes.stream()
                .map(outcome -> new CheckResult(
                        outcome.name(),
                        outcome.required(),
                        outcome.verdict(),
                        outcome.reason(),
                        outcome.expected(),
                        outcome.found(),
                        startedAt,
                        duration))
                .toList();
    }

    /**
     * What was seen before the run broke off, and the checks that were not made as inconclusive: a check that failed has
     * failed, whatever came after it.
     */
    public List<CheckResult> withoutTheRest(List<CheckResult> seen, String reason) {
        Instant now = clock.instant();
        List<CheckResult> results = new ArrayList<>(seen);
        List<Check> after = checks;
        for (int i = 0; i < checks.size(); i++) {
            if (said(checks.get(i), seen)) {
                after = checks.subList(i + 1, checks.size());
            }
        }
        after.forEach(check -> results.add(
                new CheckResult(check.name(), true, Verdict.INCONCLUSIVE, reason, null, null, now, Duration.ZERO)));
        return List.copyOf(results);
    }

    private static boolean said(Check check, List<CheckResult> seen) {
        return seen.stream()
                .anyMatch(result ->
                        result.name().equals(check.name()) || result.name().startsWith(check.name() + "/"));
    }

    private static String describe(Exception e) {
        if (e instanceof SQLException sql) {
            return SqlTrouble.of(sql);
        }
        return e.getClass().getSimpleName() + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
    }
}
