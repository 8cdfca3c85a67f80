package dev.lifeboat.verifier.verification;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.MissingPrerequisite;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.verifier.fleet.KnownFleet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** A restored server is up: wants its checks done. */
@ApplicationScoped
class SandboxReadyConsumer implements EventConsumer {
    private final Operations operations;
    private final Ids ids;
    private final InstantSource clock;

    SandboxReadyConsumer(Operations operations, Ids ids, InstantSource clock) {
        this.operations = operations;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "verifier-sandbox-ready";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.SANDBOX_READY);
    }

    @Override
    public void on(Received received, Handle transaction) {
        SandboxReady ready = (SandboxReady) received.event().data();
        if (KnownFleet.cluster(transaction, ready.cluster()).isEmpty()
                || KnownFleet.repository(transaction, ready.repository()).isEmpty()) {
            throw new MissingPrerequisite(
                    "cluster " + ready.cluster() + " or repository " + ready.repository() + " is not known yet");
        }
        UUID operationId = ids.next();
        if (Verifications.begin(transaction, ready, received.event().clusterid(), operationId, clock.instant())) {
            operations.submit(
                    transaction,
                    new Operations.Request(
                            operationId, VerificationOperation.KIND, ready.cluster(), ready.checksDeadline()));
        }
    }
}
