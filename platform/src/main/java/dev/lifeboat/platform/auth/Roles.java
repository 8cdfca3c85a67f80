package dev.lifeboat.platform.auth;

/** What a principal may do; names as in the principals file and in {@code @RolesAllowed}. */
public final class Roles {
    /** Reads. */
    public static final String VIEWER = "viewer";
    /** Declares, requests backups and drills, connects to held sandboxes. */
    public static final String OPERATOR = "operator";
    /** Approves what somebody else asked for. */
    public static final String APPROVER = "approver";
    /** Reads everything, changes nothing. */
    public static final String AUDITOR = "auditor";
    /** The services among themselves; alone may use {@code /internal}. */
    public static final String SERVICE = "service";

    private Roles() {}
}
