package dev.lifeboat.verifier.check;

import java.util.List;

/**
 * One thing to look at. An implementation is an {@code @ApplicationScoped} bean. Laws: it changes nothing in the copy but
 * what a check needs (an extension); it throws when it cannot look, which is then inconclusive; it never says passed about
 * something that it did not see.
 */
public interface Check {

    /** Stable name, see {@link dev.lifeboat.schemas.verification.CheckResult#name()}. */
    String name();

    /** Smaller comes first. */
    int order();

    /** Looks. */
    List<Outcome> look(Sandbox sandbox, Material material) throws Exception;
}
