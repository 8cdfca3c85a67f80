package dev.lifeboat.backup.fleet;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.util.List;

/** Tries a declared repository: writes, reads and removes a small object. */
interface RepositoryProbe {

    /** Never throws for what the store did. */
    Result test(RepositorySpec repository);

    /**
     * What came of it.
     *
     * @param errors why it cannot be used
     * @param warnings what its owner should know
     */
    record Result(List<Failure> errors, List<Failure> warnings) {}
}
