package dev.lifeboat.backup.fleet;

import dev.lifeboat.schemas.Failure;
import java.util.List;

/**
 * What a request to declare something came to.
 *
 * @param declared as it is now stored
 * @param created whether the name was not declared before
 * @param server what the cluster's server said of itself; null where it was not asked
 * @param warnings what the owner should know, though it was declared
 */
record Declaration<S>(Declared<S> declared, boolean created, ServerFacts server, List<Failure> warnings) {}
