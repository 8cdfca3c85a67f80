package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.verifier.fleet.KnownFleet;
import dev.lifeboat.verifier.schedule.Reconciliation.Moment;
import dev.lifeboat.verifier.schedule.Reconciliation.State;
import dev.lifeboat.verifier.schedule.ScheduleTables.Watched;
import dev.lifeboat.verifier.schedule.Timetable.Span;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Whether what was due was done: due = ran + skipped + missed + pending, for each policy of a cluster. */
@Path("/api/v1/coverage")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "coverage")
@RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.AUDITOR})
public class CoverageResource {
    private static final Duration USUAL = Duration.ofDays(7);
    private static final Duration LONGEST = Duration.ofDays(400);
    /** So many moments of a policy are listed, the newest; the numbers are of all. */
    private static final int LISTED = 100;

    private final Database database;
    private final MissedRuns runs;
    private final InstantSource clock;

    CoverageResource(Database database, MissedRuns runs, InstantSource clock) {
        this.database = database;
        this.runs = runs;
        this.clock = clock;
    }

    /** All policies of a cluster, and their sums. */
    public record Coverage(
            String cluster, UUID clusterId, Instant from, Instant to, Sums total, List<PolicyCoverage> policies) {}

    /** {@code pending} may still begin, or be heard of; when it is 0, due = ran + skipped + missed. */
    public record Sums(long due, long ran, long skipped, long missed, long pending) {
        static Sums of(Reconciliation all) {
            return new Sums(
                    all.moments().size(),
                    all.count(State.RAN),
                    all.count(State.SKIPPED),
                    all.count(State.MISSED),
                    all.count(State.PENDING));
        }

        Sums plus(Sums other) {
            return new Sums(
                    due + other.due,
                    ran + other.ran,
                    skipped + other.skipped,
                    missed + other.missed,
                    pending + other.pending);
        }
    }

    /**
     * A policy.
     *
     * @param schedule as it is declared now; absent when it is not any more
     * @param runs the newest moments, oldest first
     */
    public record PolicyCoverage(
            String kind, String policy, String schedule, String timeZone, Sums sums, List<RunDue> runs) {}

    /**
     * A moment at which a run was due.
     *
     * @param runId what was begun for it; absent when nothing was
     * @param ending how that ended; absent while it runs
     */
    public record RunDue(Instant dueAt, String state, UUID runId, String ending) {}

    @GET
    @Path("/{cluster}")
    @Operation(
            summary = "What was due, and what became of it",
            description = "From the declared schedules alone; by default the last seven days.")
    public Coverage get(
            @PathParam("cluster") String cluster, @QueryParam("from") String from, @QueryParam("to") String to) {
        Instant now = clock.instant();
        Instant end = to == null ? now : instant("to", to);
        Instant begin = from == null ? end.minus(USUAL) : instant("from", from);
        if (!begin.isBefore(end) || Duration.between(begin, end).compareTo(LONGEST) > 0) {
            throw Problem.of(
                    400,
                    new Failure(
                            "request.range",
                            "The time to look at is out of range.",
                            "from before to, at most " + LONGEST.toDays() + " days",
                            begin + " to " + end,
                            "Ask for a shorter time."));
        }
        return database.inTransaction(handle -> {
            UUID id = KnownFleet.cluster(handle, cluster)
                    .orElseThrow(() -> Problem.notFound("cluster", cluster))
                    .id();
            List<PolicyCoverage> policies = ScheduleTables.watched(handle, Optional.of(id)).stream()
                    .map(watched ->
                            policy(watched, runs.coverage(handle, watched, begin, end.isAfter(now) ? now : end)))
                    .toList();
            Sums total = policies.stream().map(PolicyCoverage::sums).reduce(new Sums(0, 0, 0, 0, 0), Sums::plus);
            return new Coverage(cluster, id, begin, end, total, policies);
        });
    }

    private static PolicyCoverage policy(Watched watched, Reconciliation all) {
        Optional<Span> open = watched.timetable().spans().stream()
                .filter(span -> span.until().isEmpty())
                .findFirst();
        List<Moment> moments = all.moments();
        return new PolicyCoverage(
                MissedRunFindings.word(watched.key().kind()),
                watched.key().policy(),
                open.map(Span::cron).orElse(null),
                open.map(span -> span.zone().getId()).orElse(null),
                Sums.of(all),
                moments.subList(Math.max(0, moments.size() - LISTED), moments.size()).stream()
                        .map(CoverageResource::run)
                        .toList());
    }

    private static RunDue run(Moment moment) {
        return new RunDue(
                moment.dueAt(),
                moment.state().name().toLowerCase(Locale.ROOT),
                moment.heard() == null ? null : moment.heard().run(),
                moment.heard() == null ? null : moment.heard().ending());
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.of(
                    400,
                    new Failure(
                            "request.time",
                            "The parameter " + name + " is no time.",
                            "RFC 3339 in UTC, e.g. 2026-11-21T05:00:00Z",
                            text,
                            null));
        }
    }
}
