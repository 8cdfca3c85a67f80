package dev.lifeboat.restore.replay;

import java.util.Optional;

/** How far a replay is, decided from what the server asked for and what its replay position does. */
sealed interface ReplayProgress {

    /** It goes on. */
    record Replaying() implements ReplayProgress {}

    /** All that the archive held when the recovery began is replayed, and the server waits for more. */
    record AtTheEnd() implements ReplayProgress {}

    /** It waits for a segment that the archive lacks, although it holds later ones: a gap. */
    record AtAGap(WalSegment missing) implements ReplayProgress {}

    /** The archive has no more, and the server is not even consistent. */
    record Inconsistent(WalSegment missing) implements ReplayProgress {}

    /** The archive cannot be asked. */
    record Unanswered(int exit) implements ReplayProgress {}

    /**
     * Decides.
     *
     * @param last the last segment that the archive held when the recovery began
     * @param idle whether nothing moved for some time: neither the replay position nor what the server asks for
     * @param consistent whether it accepts connections
     */
    static ReplayProgress of(WalRequests requests, WalSegment last, boolean idle, boolean consistent) {
        if (requests.fault().isPresent()) {
            return new Unanswered(requests.fault().get());
        }
        Optional<WalSegment> missing = requests.missing();
        // A server that may choose between timelines asks for a segment on each: only when it goes in circles, it
        // waits.
        if (missing.isEmpty() || !idle) {
            return new Replaying();
        }
        boolean past = missing.get().on(last.timeline()).compareTo(last) > 0;
        if (!past) {
            return new AtAGap(missing.get());
        }
        return consistent ? new AtTheEnd() : new Inconsistent(missing.get());
    }
}
