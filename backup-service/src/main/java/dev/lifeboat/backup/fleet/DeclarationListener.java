package dev.lifeboat.backup.fleet;

import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who must act in the commit that changes what is declared. An implementation is an {@code @ApplicationScoped} bean. */
public interface DeclarationListener {

    /**
     * The cluster was declared, or its declaration changed.
     *
     * @param before empty when the name was not declared
     */
    void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now);

    /** The cluster is declared no more. */
    void removed(Handle transaction, DeclaredCluster before);
}
