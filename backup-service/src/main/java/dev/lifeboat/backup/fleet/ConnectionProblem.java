package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A declaration that is well written and cannot work: one error, or several as one with everything to do in its hint. */
final class ConnectionProblem {
    private ConnectionProblem() {}

    static Problem of(String what, String name, List<Failure> errors) {
        if (errors.size() == 1) {
            return Problem.of(422, errors.getFirst());
        }
        return Problem.of(
                422,
                new Failure(
                        what + ".connection-test-failed",
                        "The connection of " + what + " " + name + " does not do, for " + errors.size() + " reasons: "
                                + errors.stream().map(Failure::message).collect(Collectors.joining(" ")),
                        null,
                        errors.stream().map(Failure::code).collect(Collectors.joining(", ")),
                        errors.stream()
                                .map(Failure::hint)
                                .filter(Objects::nonNull)
                                .distinct()
                                .collect(Collectors.joining("\n"))));
    }

    static Failure notTested() {
        return new Failure(
                "connection.not-tested",
                "The connection was not tested, as you asked.",
                null,
                null,
                "Send the declaration again without test=false.");
    }
}
