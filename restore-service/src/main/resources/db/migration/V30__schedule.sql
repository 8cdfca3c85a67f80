-- Drill policies whose timers are armed: what a newer declaration leaves out is disarmed by this.

create table armed_drill (
    cluster_id uuid not null,
    policy     text not null,
    primary key (cluster_id, policy)
);
