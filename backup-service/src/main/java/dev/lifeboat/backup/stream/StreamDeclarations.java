package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.fleet.DeclarationListener;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.time.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Streams begin, change and end with the declaration, in its commit. */
@ApplicationScoped
class StreamDeclarations implements DeclarationListener {
    private final Streams streams;
    // looked up late: operations know every handler, and one of them wants what wants this
    private final Instance<Operations> operations;
    private final Ids ids;

    StreamDeclarations(Streams streams, Instance<Operations> operations, InstantSource clock) {
        this.streams = streams;
        this.operations = operations;
        this.ids = new Ids(clock);
    }

    @Override
    public void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now) {
        // It learns by itself what is declared now; when it waits, it should not wait any longer. The operation's row
        // first:
        // who follows the stream locks them in this order, too, and has ended it by now, or does not end it any more.
        streams.find(transaction, now.id())
                .ifPresent(stream -> operations.get().wake(transaction, stream.operationId()));
        boolean going = streams.find(transaction, now.id())
                .filter(stream -> stream.state() != StreamState.ENDED)
                .isPresent();
        if (going) {
            if (StreamPlan.wanted(now)) {
                streams.changed(transaction, now.id(), StreamPlan.repository(now), StreamPlan.durability(now));
            }
        } else if (StreamPlan.wanted(now)) {
            UUID operation = ids.next();
            String cluster = now.spec().name();
            streams.want(
                    transaction, now.id(), cluster, StreamPlan.repository(now), StreamPlan.durability(now), operation);
            operations
                    .get()
                    .submit(transaction, new Operations.Request(operation, StreamOperation.KIND, cluster, null));
        }
    }

    @Override
    public void removed(Handle transaction, DeclaredCluster before) {
        streams.find(transaction, before.id())
                .ifPresent(stream -> operations.get().wake(transaction, stream.operationId()));
    }
}
