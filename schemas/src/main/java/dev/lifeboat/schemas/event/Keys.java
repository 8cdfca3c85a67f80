package dev.lifeboat.schemas.event;

/** Record keys and subjects: what has the same key is in order within a topic. */
public final class Keys {
    private Keys() {}

    /** The key of all that happens to a cluster. */
    public static String cluster(String name) {
        return "cluster/" + name;
    }

    /** The key of a repository, on {@link Topic#FLEET} alone. */
    public static String repository(String name) {
        return "repository/" + name;
    }
}
