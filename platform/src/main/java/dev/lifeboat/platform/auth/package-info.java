/** Who may do what. */
package dev.lifeboat.platform.auth;
