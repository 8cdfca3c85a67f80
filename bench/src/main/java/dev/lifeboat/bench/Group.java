package dev.lifeboat.bench;

import java.util.List;

/** Numbers that are taken together. */
interface Group {
    /** Its name on the command line and of its file. */
    String name();

    /** Takes them. */
    List<Result> measure(Workbench bench) throws Exception;
}
