package dev.lifeboat.platform.auth;

import dev.lifeboat.schemas.Failure;

/** What those are told who are not known, or may not. */
public final class Refusals {
    /** The request carries no token that a principal has. */
    public static final Failure UNAUTHENTICATED = new Failure(
            "auth.unauthenticated",
            "The request carries no token that a principal has.",
            "Authorization: Bearer <token>",
            null,
            "Send the token of a principal of the principals file.");

    /** The principal is known, and may not do this. */
    public static final Failure FORBIDDEN = new Failure(
            "auth.forbidden",
            "The principal may not do this.",
            null,
            null,
            "Use a principal with one of the roles that this needs.");

    private Refusals() {}
}
