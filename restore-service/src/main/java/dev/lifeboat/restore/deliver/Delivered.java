package dev.lifeboat.restore.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The note to databases that were delivered.
 *
 * @param server host and port
 * @param snapshotAt the moment that the databases show
 * @param remarks what whoever takes them over has to know
 * @param next what to do, in order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Delivered(
        UUID restoreId,
        String cluster,
        String server,
        UUID backupId,
        Instant snapshotAt,
        List<Copy> databases,
        List<String> remarks,
        List<String> next,
        Instant deliveredAt) {

    /**
     * One database.
     *
     * @param from its name in the dump
     * @param madeAs its name until it was complete
     * @param oid on its server
     * @param owner null for the role that restored
     * @param tables that came with rows, empty ones included
     * @param rows of all of them, counted there
     * @param compared tables whose number of rows the backup had noted
     * @param differing those that have another number
     * @param notCounted tables that the role may not read
     * @param leftOut what belongs to something selected and could not come along
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Copy(
            String name,
            String from,
            String madeAs,
            long oid,
            String owner,
            int tables,
            long rows,
            int compared,
            List<String> differing,
            List<String> notCounted,
            List<String> leftOut) {}

    /** What to do with any of them. */
    static List<String> next(boolean noOwner) {
        List<String> next = new java.util.ArrayList<>(List.of(
                "Look at the data before anybody writes: it is as it was at snapshotAt.",
                "Settings, comment and privileges of the databases themselves did not come along (ALTER DATABASE ... SET, GRANT"
                        + " ... ON DATABASE): set them, then let people in.",
                "Subscriptions did not come along: they would draw from, or drop the slot of, the source's publisher.",
                "Run ANALYZE: the planner knows nothing of the new tables yet."));
        if (noOwner) {
            next.add(
                    "Everything belongs to the role that restored, without the dump's privileges: GRANT what is needed.");
        }
        return List.copyOf(next);
    }

    /** The same, delivered at that moment. */
    public Delivered at(Instant moment) {
        return new Delivered(restoreId, cluster, server, backupId, snapshotAt, databases, remarks, next, moment);
    }
}
