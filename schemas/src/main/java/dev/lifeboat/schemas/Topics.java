package dev.lifeboat.schemas;

/** x. */
public final class Topics {
    private Topics() {}
    /** y. */
    public static final String FLEET = "lifeboat.fleet";
}
