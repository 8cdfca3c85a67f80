package dev.lifeboat.restore.recovery;

import java.time.Instant;

/**
 * Where a recovery stands. Each state offers only its legal moves; an illegal one does not compile.
 *
 * <p>{@code requested → planning → provisioning → restoring [→ replaying] → verifying [→ held] → tearing-down → completed
 * | failed | cancelled}. From any state before the last it may go to tearing-down; what was interrupted begins again at
 * planning, as the next attempt.
 */
public sealed interface RecoveryState {

    /** The name that rows, events and answers use. */
    String name();

    /** Which attempt this is, from 1; 0 before the first. */
    int attempt();

    /** Accepted, nothing done yet. */
    record Requested() implements Underway {
        @Override
        public String name() {
            return "requested";
        }

        @Override
        public int attempt() {
            return 0;
        }

        /** The first attempt begins. */
        public Planning toPlanning() {
            return new Planning(1);
        }
    }

    /** What to read, how much, and what would stop it. */
    record Planning(int attempt) implements Restartable {
        @Override
        public String name() {
            return "planning";
        }

        /** The plan stands and nothing stops it. */
        public Provisioning toProvisioning() {
            return new Provisioning(attempt);
        }
    }

    /** The sandbox's folder and server are made. */
    record Provisioning(int attempt) implements Restartable {
        @Override
        public String name() {
            return "provisioning";
        }

        /** There is something to restore into. */
        public Restoring toRestoring() {
            return new Restoring(attempt);
        }
    }

    /** The backup's bytes come in. */
    record Restoring(int attempt) implements Restartable {
        @Override
        public String name() {
            return "restoring";
        }

        /** The files are there, the WAL follows. */
        public Replaying toReplaying() {
            return new Replaying(attempt);
        }

        /** Restored by a method without WAL, and written to. */
        public Verifying toVerifying() {
            return new Verifying(attempt);
        }
    }

    /** The server replays WAL up to the target. */
    record Replaying(int attempt) implements Restartable {
        @Override
        public String name() {
            return "replaying";
        }

        /** Target reached, opened, and written to. */
        public Verifying toVerifying() {
            return new Verifying(attempt);
        }
    }

    /** The server is up and is looked at, from outside by the verifier and then from inside. */
    record Verifying(int attempt) implements Restartable {
        @Override
        public String name() {
            return "verifying";
        }

        /** Somebody wants to look at it, too. */
        public Held toHeld(Instant until) {
            return new Held(attempt, until);
        }
    }

    /** All is known; the sandbox stays until the given moment. */
    record Held(int attempt, Instant until) implements Underway {
        @Override
        public String name() {
            return "held";
        }
    }

    /** The outcome is decided; processes, folder and pin go. */
    record TearingDown(int attempt, Outcome outcome) implements RecoveryState {
        @Override
        public String name() {
            return "tearing-down";
        }

        /** Proven to be gone. */
        public Ended toEnded() {
            return switch (outcome) {
                case Outcome.CarriedOut carriedOut -> new Completed(attempt, carriedOut);
                case Outcome.NotCarriedOut notCarriedOut -> new Failed(attempt, notCarriedOut);
                case Outcome.CalledOff calledOff -> new Cancelled(attempt, calledOff);
            };
        }
    }

    /** The rehearsal was carried out; the verdict says what it showed. */
    record Completed(int attempt, Outcome.CarriedOut outcome) implements Ended {
        @Override
        public String name() {
            return "completed";
        }
    }

    /** The rehearsal could not be carried out. */
    record Failed(int attempt, Outcome.NotCarriedOut outcome) implements Ended {
        @Override
        public String name() {
            return "failed";
        }
    }

    /** Called off. */
    record Cancelled(int attempt, Outcome.CalledOff outcome) implements Ended {
        @Override
        public String name() {
            return "cancelled";
        }
    }

    /** From here it can still be ended early. */
    sealed interface Underway extends RecoveryState {
        /** It will end so, once its sandbox is gone. */
        default TearingDown toTearingDown(Outcome outcome) {
            return new TearingDown(attempt(), outcome);
        }
    }

    /** What was interrupted here is thrown away and done anew. */
    sealed interface Restartable extends Underway {
        /** The next attempt. */
        default Planning beginAgain() {
            return new Planning(attempt() + 1);
        }
    }

    /** Nothing changes any more. */
    sealed interface Ended extends RecoveryState {
        /** How it ended. */
        Outcome outcome();
    }

    /**
     * Reads a state back from its row.
     *
     * @param outcome for tearing-down and the ended states
     * @param heldUntil for held
     * @throws IllegalArgumentException if no state has that name
     */
    static RecoveryState of(String name, int attempt, Outcome outcome, Instant heldUntil) {
        return switch (name) {
            case "requested" -> new Requested();
            case "planning" -> new Planning(attempt);
            case "provisioning" -> new Provisioning(attempt);
            case "restoring" -> new Restoring(attempt);
            case "replaying" -> new Replaying(attempt);
            case "verifying" -> new Verifying(attempt);
            case "held" -> new Held(attempt, heldUntil);
            case "tearing-down" -> new TearingDown(attempt, outcome);
            case "completed", "failed", "cancelled" -> new TearingDown(attempt, outcome).toEnded();
            default -> throw new IllegalArgumentException("no recovery is ever in a state \"" + name + "\"");
        };
    }
}
