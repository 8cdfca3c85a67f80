package dev.lifeboat.restore.keep;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.restore.deliver.Delivered;
import dev.lifeboat.restore.deliver.Delivery;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What restores say that go into databases of a server, for whoever carries them out. */
@ApplicationScoped
public class Deliveries {
    private final Database database;
    private final KeptRestores restores;

    Deliveries(Database database, KeptRestores restores) {
        this.database = database;
        this.restores = restores;
    }

    /** What shall be delivered; empty for every other recovery. */
    public Optional<Delivery> of(UUID recovery) {
        return find(recovery)
                .map(restore -> RestoreRequest.read(restore.request()).delivery());
    }

    /** What is complete and about to get its names, or has them; empty before. */
    public Optional<Delivered> delivering(UUID recovery) {
        return find(recovery).map(KeptRestore::delivering);
    }

    /** Whether it is delivered. */
    public boolean isDelivered(UUID recovery) {
        return find(recovery).map(KeptRestore::delivered).isPresent();
    }

    /** The databases are complete, and get their names now. */
    public void delivering(Handle transaction, UUID recovery, Delivered note) {
        restores.note(transaction, recovery, "delivering", note);
    }

    /** The databases have their names. */
    public void delivered(Handle transaction, UUID recovery, Delivered note) {
        restores.note(transaction, recovery, "delivered", note);
    }

    private Optional<KeptRestore> find(UUID recovery) {
        return database.inTransaction(tx -> restores.find(tx, recovery));
    }
}
