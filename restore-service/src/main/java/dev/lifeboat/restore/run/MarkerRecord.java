package dev.lifeboat.restore.run;

import dev.lifeboat.platform.auth.ServiceCallFailed;
import dev.lifeboat.platform.auth.ServiceClients;
import dev.lifeboat.restore.pointintime.CopiedMarkers;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Holds the markers in a copy against what backup-service recorded when it wrote them. Facts alone: whether the target was
 * reached is the verifier's to judge. Nothing fails because markers are missing.
 */
@ApplicationScoped
public class MarkerRecord {
    private static final Logger LOG = Logger.getLogger(MarkerRecord.class);

    private final ServiceClients services;

    MarkerRecord(ServiceClients services) {
        this.services = services;
    }

    /** The answer of backup-service; null where nothing is recorded. */
    record Around(Marker before, Marker after) {}

    /** The same, with what the copy holds of markers; unchanged where no WAL was replayed. */
    Reached look(Recovery recovery, Sandbox sandbox, Reached reached) {
        if (reached.lsn() == null) {
            return reached;
        }
        Optional<CopiedMarkers> copied;
        try {
            copied = CopiedMarkers.in(sandbox, recovery.wanted().clusterId());
        } catch (SQLException e) {
            LOG.warnf("recovery %s: the markers of the copy cannot be read: %s", recovery.id(), e.getMessage());
            return reached.with(new Markers(0, null, null, null, null, null, "They cannot be read in the copy."));
        }
        CopiedMarkers there = copied.orElseGet(() -> new CopiedMarkers(new TreeSet<>()));
        try {
            Around around = services.of("backup").get(question(recovery.wanted().clusterId(), reached), Around.class);
            return reached.with(there.against(around.before(), around.after(), note(copied.isPresent(), around)));
        } catch (ServiceCallFailed e) {
            LOG.warnf("recovery %s: the record of markers was not available: %s", recovery.id(), e);
            return reached.with(there.against(null, null, "Their record was not available."));
        }
    }

    private static String note(boolean written, Around around) {
        if (around.before() == null && around.after() == null) {
            return written ? "None is recorded on this timeline." : "None were written.";
        }
        return around.before() == null
                ? "None is recorded before the target."
                : around.after() == null ? "None is recorded after the target." : null;
    }

    /** A moment for targets that are one, for all others the position that was reached. */
    static String question(UUID cluster, Reached reached) {
        Target sought = reached.sought();
        String path = "/internal/v1/clusters/" + cluster + "/markers?timeline=" + reached.timeline();
        if (sought != null && (sought.type().equals("time") || sought.type().equals("random"))) {
            return path + "&at=" + encoded(sought.value()) + "&inclusive=" + !Boolean.FALSE.equals(sought.inclusive());
        }
        String lsn = sought != null && sought.type().equals("lsn") ? sought.value() : reached.lsn();
        return path + "&lsn=" + encoded(lsn);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
