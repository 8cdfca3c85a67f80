package dev.lifeboat.verifier.ledger;

import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What principals are called in the ledger. A pseudonym is drawn at random and says nothing by itself; who it stands for is
 * known only by the table, and may be erased there without touching an entry.
 */
public final class PrincipalPseudonyms {

    private PrincipalPseudonyms() {}

    /** The pseudonym of this principal, drawn at first sight. */
    public static UUID of(Handle handle, String principal) {
        handle.createUpdate(
                        """
                        insert into principal_pseudonym (principal, pseudonym) values (:principal, :pseudonym)
                        on conflict (principal) do nothing""")
                .bind("principal", principal)
                .bind("pseudonym", UUID.randomUUID())
                .execute();
        return handle.createQuery("select pseudonym from principal_pseudonym where principal = :principal")
                .bind("principal", principal)
                .mapTo(UUID.class)
                .one();
    }

    /** Forgets who the pseudonym stood for; seen again, the principal gets another one. */
    public static void erase(Handle handle, String principal) {
        handle.createUpdate("delete from principal_pseudonym where principal = :principal")
                .bind("principal", principal)
                .execute();
    }
}
