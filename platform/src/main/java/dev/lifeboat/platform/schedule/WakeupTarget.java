package dev.lifeboat.platform.schedule;

/** Who is woken by {@link Wakeups}. An implementation is a bean; the platform finds it. */
public interface WakeupTarget {

    /** The group of its wake-ups. */
    String group();

    /** It is time. Runs on one of few threads: starts what is long elsewhere. */
    void woken(String name);
}
