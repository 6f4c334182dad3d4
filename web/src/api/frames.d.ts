// Made by `make openapi` from the documents in docs/. Do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AppealDecided
         * @description With `upheld` the teacher's scores stand in place of the medians.
         */
        AppealDecided: {
            appeal_id: number;
            assignment_id: number;
            track_id: number;
            upheld: boolean;
            reason: string;
        };
        /**
         * AppealDecidedFrame
         * @description The recipient's appeal was decided.
         */
        AppealDecidedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "APPEAL_DECIDED";
            payload: components["schemas"]["AppealDecided"];
        };
        /** AppealFiled */
        AppealFiled: {
            appeal_id: number;
            assignment_id: number;
            track_id: number;
        };
        /**
         * AppealFiledFrame
         * @description An appeal waits for a decision of the recipient's.
         */
        AppealFiledFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "APPEAL_FILED";
            payload: components["schemas"]["AppealFiled"];
        };
        /** AssignmentClientPayload */
        AssignmentClientPayload: {
            user: components["schemas"]["SaidUser"] | null;
            problemAlias: string;
        };
        /** AssignmentOpened */
        AssignmentOpened: {
            assignment_id: number;
            track_id: number;
            /** Format: date-time */
            deadline: string;
        };
        /**
         * AssignmentOpenedFrame
         * @description An assignment takes submissions.
         */
        AssignmentOpenedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "ASSIGNMENT_OPENED";
            payload: components["schemas"]["AssignmentOpened"];
        };
        /**
         * AssignmentOrigin
         * @description An assignment of a track.
         */
        AssignmentOrigin: {
            track_id: number;
            assignment_id: number;
        };
        /** AssignmentServerPayload */
        AssignmentServerPayload: {
            user: components["schemas"]["UserObject"] | null;
            problemAlias: string;
        };
        /**
         * CloseCode
         * @description WebSocket close codes (RFC 6455, 7.4.1), as ERROR frames carry them.
         * @enum {integer}
         */
        CloseCode: 1003 | 1007 | 1008 | 1009 | 1013;
        /**
         * CodeClientPayload
         * @description `baseVersion` is the version that was edited; without it, the edit overwrites whatever stands there.
         */
        CodeClientPayload: {
            code: string;
            problemAlias: string;
            baseVersion?: number | null;
        };
        /**
         * CodeEditorRejectedFrame
         * @description An older version was edited; its editor alone.
         */
        CodeEditorRejectedFrame: {
            /** @constant */
            type: "CODE_EDITOR_REJECTED";
            payload: components["schemas"]["CodeRejectedPayload"];
        };
        /**
         * CodeEditorUpdateFrame
         * @description The text of a problem is another.
         */
        CodeEditorUpdateFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "CODE_EDITOR_UPDATE";
            payload: components["schemas"]["CodeServerPayload"];
        };
        /**
         * CodeRejectedPayload
         * @description How the text really is, for whoever edited an older version. `code` is null where a frame has no room for it:
         *     `GET …/code/{alias}` has it.
         */
        CodeRejectedPayload: {
            code: string | null;
            problemAlias: string;
            version: number;
        };
        /**
         * CodeServerPayload
         * @description In RESUMED and in the record of a session, `delta` stands in place of `code`. So it does where a frame has no
         *     room for the text; where it has none for the `delta` either, `GET …/code/{alias}` has the text.
         */
        CodeServerPayload: {
            user_id: number;
            code?: string | null;
            delta?: components["schemas"]["DeltaServerPayload"] | null;
            problemAlias: string;
            version: number;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * CommentAnswered
         * @description There is an answer in the thread of a comment on the recipient's work, or of one that they wrote.
         */
        CommentAnswered: {
            assignment_id: number;
            track_id: number;
            submission_id: number;
            comment_id: number;
        };
        /**
         * CommentAnsweredFrame
         * @description A comment of a review that the recipient wrote or got was answered.
         */
        CommentAnsweredFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "COMMENT_ANSWERED";
            payload: components["schemas"]["CommentAnswered"];
        };
        /**
         * CommentDeletedPayload
         * @description `commentId` and `id` are the same: Team Training's code and text differ.
         */
        CommentDeletedPayload: {
            id: number;
            commentId: number;
        };
        /**
         * CommentServerPayload
         * @description A comment on a problem.
         */
        CommentServerPayload: {
            user_id: number;
            id: number;
            userFirstName: string | null;
            userLastName: string | null;
            userLogin: string | null;
            problemAlias: string;
            content: string;
            /** Format: date-time */
            dtCreated: string;
            /** @description The same. */
            readonly userId: number;
        };
        /** CompilerClientPayload */
        CompilerClientPayload: {
            compiler: string;
            problemAlias: string;
        };
        /**
         * CompilerSelectedFrame
         * @description The language of a problem.
         */
        CompilerSelectedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "COMPILER_SELECTED";
            payload: components["schemas"]["CompilerServerPayload"];
        };
        /** CompilerServerPayload */
        CompilerServerPayload: {
            compiler: string;
            problemAlias: string;
        };
        /** ContestClientPayload */
        ContestClientPayload: {
            contestId: string | number | null;
        };
        /**
         * ContestSelectedFrame
         * @description The contest that is chosen.
         */
        ContestSelectedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "CONTEST_SELECTED";
            payload: components["schemas"]["ContestServerPayload"];
        };
        /** ContestServerPayload */
        ContestServerPayload: {
            contestId: string | null;
        };
        /**
         * ControlClientPayload
         * @description One's own id, to take control; an empty text or null, to give it back.
         */
        ControlClientPayload: {
            userId: string | number | null;
        };
        /**
         * ControlPayload
         * @description Who has control of the editor: nobody is null, and an empty text in Team Training's `userId`.
         */
        ControlPayload: {
            user_id: number | null;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * ControlTakenFrame
         * @description Who has control of the editor.
         */
        ControlTakenFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "CONTROL_TAKEN";
            payload: components["schemas"]["ControlPayload"];
        };
        /**
         * CounterTestJudged
         * @description What came of it is to be had at `GET /submissions/{submission_id}/counter-tests/{counter_test_id}`.
         */
        CounterTestJudged: {
            track_id: number;
            assignment_id: number;
            submission_id: number;
            counter_test_id: number;
            /** @enum {string} */
            outcome: "breaks" | "holds" | "invalid";
        };
        /**
         * CounterTestJudgedFrame
         * @description The judge has tried an input that the recipient sent against a program under review.
         */
        CounterTestJudgedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "COUNTER_TEST_JUDGED";
            payload: components["schemas"]["CounterTestJudged"];
        };
        /**
         * DeadlineMoved
         * @description The stage ends later: its teacher wants it so, or what an outage took is given back.
         */
        DeadlineMoved: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
            /** @enum {string} */
            reason: "teacher" | "outage";
        };
        /**
         * DeadlineMovedFrame
         * @description A running stage ends later.
         */
        DeadlineMovedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "DEADLINE_MOVED";
            payload: components["schemas"]["DeadlineMoved"];
        };
        /**
         * DeadlineSoon
         * @description `reviews_left` are those that the recipient owes: of this assignment, in the submission stage of earlier ones.
         */
        DeadlineSoon: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
            reviews_left: number;
        };
        /**
         * DeadlineSoonFrame
         * @description 80 % of a stage that the recipient has not finished are over.
         */
        DeadlineSoonFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "DEADLINE_SOON";
            payload: components["schemas"]["DeadlineSoon"];
        };
        /**
         * DeltaServerPayload
         * @description At `at`, so many characters (code points) were taken out and others put in.
         */
        DeltaServerPayload: {
            at: number;
            removed: number;
            inserted: string;
        };
        /**
         * EnrolledFrame
         * @description The recipient was enrolled, with their whole group.
         */
        EnrolledFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "ENROLLED";
            payload: components["schemas"]["EnrolledPayload"];
        };
        /**
         * EnrolledPayload
         * @description What the recipient attends from now on.
         */
        EnrolledPayload: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            id: number;
            title: string;
        };
        /**
         * ErrorFrame
         * @description A frame was refused, or the room is full (1008).
         */
        ErrorFrame: {
            /** @constant */
            type: "ERROR";
            payload: components["schemas"]["ErrorPayload"];
        };
        /**
         * ErrorPayload
         * @description `reason` is in the connection's language; `reason_code` says the same to programs.
         */
        ErrorPayload: {
            code: components["schemas"]["CloseCode"];
            reason: string;
            reason_code: string;
        };
        /**
         * ExtensionGranted
         * @description Until `submission_until` the recipient may send in; until `code_review_until` reviews shut nothing to them.
         */
        ExtensionGranted: {
            assignment_id: number;
            track_id: number;
            submission_until: string | null;
            code_review_until: string | null;
            reason: string;
        };
        /**
         * ExtensionGrantedFrame
         * @description The recipient was given more time.
         */
        ExtensionGrantedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "EXTENSION_GRANTED";
            payload: components["schemas"]["ExtensionGranted"];
        };
        /**
         * FinishedServerPayload
         * @description What the lobby hears of a training that is over.
         */
        FinishedServerPayload: {
            id: string;
            contestId: string;
        };
        /**
         * ImportedPayload
         * @description `failed`: nothing was changed. `judging`: the tests are in, the jury's programs are being judged. `done`: they
         *     were. `GET /problems/{problem_id}/package/{import_id}` says the rest.
         */
        ImportedPayload: {
            importId: number;
            problemId: number;
            /** @enum {string} */
            state: "judging" | "failed" | "done";
        };
        /**
         * JuryOrigin
         * @description A program of the jury, which came with a package of tests.
         */
        JuryOrigin: {
            problem_id: number;
            import_id: number;
        };
        /**
         * LobbySnapshot
         * @description The contest that is selected, the session that is going on, and who is there.
         */
        LobbySnapshot: {
            seq: number;
            users: components["schemas"]["UserPayload"][];
            complete: boolean;
            contestId: string | null;
            session: components["schemas"]["SnapshotSession"] | null;
            online: components["schemas"]["UserObject"][];
        };
        /**
         * NotificationFrame
         * @description Somebody at school has something to say.
         */
        NotificationFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "NOTIFICATION";
            payload: components["schemas"]["NotificationPayload"];
        };
        /**
         * NotificationPayload
         * @description A notification. `type` and `payload` are those of the frame that was sent live.
         *
         *     People's have no payload, and so the document shows them; `responses.py` shows the system's own.
         */
        NotificationPayload: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /** @constant */
            type: "NOTIFICATION";
            /** @description Always null */
            payload: string | null;
        };
        /**
         * NotificationsReadFrame
         * @description Notifications were read, in this tab or another.
         */
        NotificationsReadFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "NOTIFICATIONS_READ";
            payload: components["schemas"]["NotificationsReadPayload"];
        };
        /**
         * NotificationsReadPayload
         * @description What was read, here or in another tab, and how many are left unread, up to a hundred.
         */
        NotificationsReadPayload: {
            notification_ids: number[];
            unread_notifications: number;
        };
        /**
         * PackageImportedFrame
         * @description A package that one has sent was taken or not.
         */
        PackageImportedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "PACKAGE_IMPORTED";
            payload: components["schemas"]["ImportedPayload"];
        };
        /**
         * PendingServerPayload
         * @description `code` is the verdict for programs, `verdict` the one for people; PENDING while there is none.
         */
        PendingServerPayload: {
            user_id: number;
            id: number;
            problemAlias: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * PersonalSnapshot
         * @description Who is there, and how many notifications are unread, up to a hundred.
         */
        PersonalSnapshot: {
            seq: number;
            users: components["schemas"]["UserPayload"][];
            complete: boolean;
            unreadNotifications: number;
        };
        /**
         * Ping
         * @description The payload of a PING: the PONG has the same.
         */
        Ping: {
            [key: string]: unknown;
        };
        /**
         * PongFrame
         * @description The answer to PING, with its payload.
         */
        PongFrame: {
            /** @constant */
            type: "PONG";
            payload: components["schemas"]["Ping"] | null;
        };
        /**
         * ProblemAssignedFrame
         * @description Who has a problem.
         */
        ProblemAssignedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "PROBLEM_ASSIGNED";
            payload: components["schemas"]["AssignmentServerPayload"];
        };
        /**
         * ProblemCommentDeletedFrame
         * @description A comment is gone.
         */
        ProblemCommentDeletedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "PROBLEM_COMMENT_DELETED";
            payload: components["schemas"]["CommentDeletedPayload"];
        };
        /**
         * ProblemCommentReceivedFrame
         * @description A new comment.
         */
        ProblemCommentReceivedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "PROBLEM_COMMENT_RECEIVED";
            payload: components["schemas"]["CommentServerPayload"];
        };
        /**
         * ProblemCommentUpdatedFrame
         * @description A comment says something else.
         */
        ProblemCommentUpdatedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "PROBLEM_COMMENT_UPDATED";
            payload: components["schemas"]["CommentServerPayload"];
        };
        /**
         * ProblemStatus
         * @enum {string}
         */
        ProblemStatus: "NOT_SUBMITTED" | "FAILED" | "PASSED";
        /** ProblemStatusServerPayload */
        ProblemStatusServerPayload: {
            problemAlias: string;
            status: components["schemas"]["ProblemStatus"];
            attempts: number;
        };
        /**
         * ProblemStatusUpdatedFrame
         * @description What the verdict means to the problem.
         */
        ProblemStatusUpdatedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "PROBLEM_STATUS_UPDATED";
            payload: components["schemas"]["ProblemStatusServerPayload"];
        };
        /**
         * ProgressPayload
         * @description How far the judging of a submission is. `test` is the last one that was run, 0 while compiling.
         *
         *     Where results are coarse, the tests' numbers stay 0.
         */
        ProgressPayload: {
            id: number;
            /** @enum {string} */
            stage: "compiling" | "testing";
            test: number;
            testsPassed: number;
            testsTotal: number;
        };
        /**
         * ResumedFrame
         * @description All that was missed since last_seq.
         */
        ResumedFrame: {
            /** @constant */
            type: "RESUMED";
            payload: components["schemas"]["ResumedPayload"];
        };
        /**
         * ResumedPayload
         * @description Every frame after `from_seq` up to `seq`, in order: nothing is missing.
         */
        ResumedPayload: {
            from_seq: number;
            seq: number;
            frames: (components["schemas"]["UserJoinFrame"] | components["schemas"]["UserLeaveFrame"] | components["schemas"]["NotificationsReadFrame"] | components["schemas"]["EnrolledFrame"] | components["schemas"]["NotificationFrame"] | components["schemas"]["SubmissionVerdictRetrievedPersonalFrame"] | components["schemas"]["PackageImportedFrame"] | components["schemas"]["TaskExtensionGrantedFrame"] | components["schemas"]["TrackStartedFrame"] | components["schemas"]["TrackNotStartedFrame"] | components["schemas"]["AssignmentOpenedFrame"] | components["schemas"]["ReviewStartedFrame"] | components["schemas"]["DeadlineSoonFrame"] | components["schemas"]["DeadlineMovedFrame"] | components["schemas"]["StageClosedFrame"] | components["schemas"]["StageReopenedFrame"] | components["schemas"]["ExtensionGrantedFrame"] | components["schemas"]["CommentAnsweredFrame"] | components["schemas"]["CounterTestJudgedFrame"] | components["schemas"]["AppealFiledFrame"] | components["schemas"]["AppealDecidedFrame"] | components["schemas"]["ReviewDecidedFrame"] | components["schemas"]["ReviewHiddenFrame"] | components["schemas"]["ReviewReturnedFrame"] | components["schemas"]["UserFrame"] | components["schemas"]["CodeEditorUpdateFrame"] | components["schemas"]["ControlTakenFrame"] | components["schemas"]["ProblemAssignedFrame"] | components["schemas"]["CompilerSelectedFrame"] | components["schemas"]["ContestSelectedFrame"] | components["schemas"]["TrainingStartedFrame"] | components["schemas"]["TrainingFinishedTrainingFrame"] | components["schemas"]["TrainingFinishedLobbyFrame"] | components["schemas"]["SubmissionVerdictPendingFrame"] | components["schemas"]["SubmissionVerdictRetrievedTrainingFrame"] | components["schemas"]["ProblemStatusUpdatedFrame"] | components["schemas"]["ProblemCommentReceivedFrame"] | components["schemas"]["ProblemCommentUpdatedFrame"] | components["schemas"]["ProblemCommentDeletedFrame"])[];
        };
        /**
         * ReviewDecided
         * @description The same for who reviewed the work; whose it is they do not learn.
         */
        ReviewDecided: {
            submission_id: number;
            assignment_id: number;
            track_id: number;
            upheld: boolean;
            reason: string;
        };
        /**
         * ReviewDecidedFrame
         * @description An appeal was decided that concerns a review of the recipient's.
         */
        ReviewDecidedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "REVIEW_DECIDED";
            payload: components["schemas"]["ReviewDecided"];
        };
        /** ReviewHidden */
        ReviewHidden: {
            review_id: number;
            submission_id: number;
            assignment_id: number;
            track_id: number;
            reason: string;
        };
        /**
         * ReviewHiddenFrame
         * @description A review of the recipient's counts nowhere any more.
         */
        ReviewHiddenFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "REVIEW_HIDDEN";
            payload: components["schemas"]["ReviewHidden"];
        };
        /**
         * ReviewReturned
         * @description Until then no later assignment is shut by it.
         */
        ReviewReturned: {
            review_id: number;
            submission_id: number;
            assignment_id: number;
            track_id: number;
            reason: string;
            /** Format: date-time */
            until: string;
        };
        /**
         * ReviewReturnedFrame
         * @description The recipient is to write a review again.
         */
        ReviewReturnedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "REVIEW_RETURNED";
            payload: components["schemas"]["ReviewReturned"];
        };
        /**
         * ReviewStarted
         * @description `reviews_left` are those of this assignment that the recipient is to write.
         */
        ReviewStarted: {
            assignment_id: number;
            track_id: number;
            /** Format: date-time */
            deadline: string;
            reviews_left: number;
        };
        /**
         * ReviewStartedFrame
         * @description The recipient was allotted submissions to review.
         */
        ReviewStartedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "REVIEW_STARTED";
            payload: components["schemas"]["ReviewStarted"];
        };
        /**
         * SaidUser
         * @description Team Training's user object as a client has it. Of its members the server tells `id` and those that are no names:
         *     names are those of the account.
         */
        SaidUser: {
            id: string | number;
        };
        /**
         * SnapshotCode
         * @description `code` is null where no frame has room for it: the alias stands in `fetch`.
         */
        SnapshotCode: {
            code: string | null;
            version: number;
        };
        /**
         * SnapshotLobbyFrame
         * @description How the lobby is, for the newcomer alone.
         */
        SnapshotLobbyFrame: {
            /** @constant */
            type: "SNAPSHOT";
            payload: components["schemas"]["LobbySnapshot"];
        };
        /**
         * SnapshotPersonalFrame
         * @description One's own channel, for a newcomer.
         */
        SnapshotPersonalFrame: {
            /** @constant */
            type: "SNAPSHOT";
            payload: components["schemas"]["PersonalSnapshot"];
        };
        /**
         * SnapshotProblem
         * @description Status and attempts are the team's.
         */
        SnapshotProblem: {
            problemAlias: string;
            status: components["schemas"]["ProblemStatus"];
            attempts: number;
            assignedUser: components["schemas"]["UserObject"] | null;
        };
        /**
         * SnapshotSession
         * @description `timeLeft` is in seconds; times are RFC 3339.
         */
        SnapshotSession: {
            id: string;
            status: components["schemas"]["TrainingStatus"];
            /** Format: date-time */
            dtCreated: string;
            /** Format: date-time */
            endsAt: string;
            timeLeft: number;
            contestId: string;
        };
        /**
         * SnapshotTrainingFrame
         * @description How the training is, for the newcomer.
         */
        SnapshotTrainingFrame: {
            /** @constant */
            type: "SNAPSHOT";
            payload: components["schemas"]["TrainingSnapshot"];
        };
        /** StageClosed */
        StageClosed: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
        };
        /**
         * StageClosedFrame
         * @description The teacher has ended a running stage.
         */
        StageClosedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "STAGE_CLOSED";
            payload: components["schemas"]["StageClosed"];
        };
        /** StageReopened */
        StageReopened: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
        };
        /**
         * StageReopenedFrame
         * @description A stage that was over runs again.
         */
        StageReopenedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "STAGE_REOPENED";
            payload: components["schemas"]["StageReopened"];
        };
        /** StartedServerPayload */
        StartedServerPayload: {
            id: string;
            status: components["schemas"]["TrainingStatus"];
            /** Format: date-time */
            dtCreated: string;
        };
        /**
         * SubmissionProgressFrame
         * @description A program is being judged; at most every 300 ms, and never sent again.
         */
        SubmissionProgressFrame: {
            /** @constant */
            type: "SUBMISSION_PROGRESS";
            payload: components["schemas"]["ProgressPayload"];
        };
        /**
         * SubmissionVerdictPendingFrame
         * @description A program was sent in.
         */
        SubmissionVerdictPendingFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "SUBMISSION_VERDICT_PENDING";
            payload: components["schemas"]["PendingServerPayload"];
        };
        /**
         * SubmissionVerdictRetrievedPersonalFrame
         * @description A program was judged; once, when final.
         */
        SubmissionVerdictRetrievedPersonalFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "SUBMISSION_VERDICT_RETRIEVED";
            payload: components["schemas"]["VerdictPayload"];
        };
        /**
         * SubmissionVerdictRetrievedTrainingFrame
         * @description Its final verdict, once.
         */
        SubmissionVerdictRetrievedTrainingFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "SUBMISSION_VERDICT_RETRIEVED";
            payload: components["schemas"]["VerdictServerPayload"];
        };
        /**
         * Tag
         * @description The importance of a notification.
         * @enum {string}
         */
        Tag: "low" | "medium" | "high";
        /**
         * TaskExtensionGranted
         * @description Until then the task is open to the recipient, and not late.
         */
        TaskExtensionGranted: {
            course_id: number;
            lesson_id: number;
            task_id: number;
            /** Format: date-time */
            until: string;
            reason: string;
        };
        /**
         * TaskExtensionGrantedFrame
         * @description The recipient was given more time for a task.
         */
        TaskExtensionGrantedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "TASK_EXTENSION_GRANTED";
            payload: components["schemas"]["TaskExtensionGranted"];
        };
        /**
         * TaskOrigin
         * @description A task of a course.
         */
        TaskOrigin: {
            course_id: number;
            lesson_id: number;
            task_id: number;
        };
        /**
         * TrackNotStarted
         * @description `starts_at` is when it was to start. It waits on, until it is full or its teacher starts it.
         */
        TrackNotStarted: {
            track_id: number;
            /** Format: date-time */
            starts_at: string;
            participants: number;
        };
        /**
         * TrackNotStartedFrame
         * @description A track that the recipient made was to start, and too few take part.
         */
        TrackNotStartedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "TRACK_NOT_STARTED";
            payload: components["schemas"]["TrackNotStarted"];
        };
        /** TrackStarted */
        TrackStarted: {
            track_id: number;
            /** Format: date-time */
            started_at: string;
        };
        /**
         * TrackStartedFrame
         * @description A track that the recipient takes part in has started.
         */
        TrackStartedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "TRACK_STARTED";
            payload: components["schemas"]["TrackStarted"];
        };
        /**
         * TrainingFinishedLobbyFrame
         * @description The team's training is finished.
         */
        TrainingFinishedLobbyFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "TRAINING_FINISHED";
            payload: components["schemas"]["FinishedServerPayload"];
        };
        /**
         * TrainingFinishedTrainingFrame
         * @description The training is finished: what is there can still be read.
         */
        TrainingFinishedTrainingFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "TRAINING_FINISHED";
            /** @description Always null */
            payload: string | null;
        };
        /**
         * TrainingOrigin
         * @description A problem of a team's training.
         */
        TrainingOrigin: {
            training_session_id: string;
            alias: string;
        };
        /**
         * TrainingSnapshot
         * @description `controller` is who has the editor, `control` its `userId` alone; `codes` and `compilers` are by alias.
         *
         *     `fetch` names the problems whose texts are to be read over HTTP: `complete` is false when there are any.
         */
        TrainingSnapshot: {
            seq: number;
            users: components["schemas"]["UserPayload"][];
            complete: boolean;
            session: components["schemas"]["SnapshotSession"];
            control: string;
            controller: components["schemas"]["ControlPayload"];
            problems: components["schemas"]["SnapshotProblem"][];
            compilers: {
                [key: string]: string;
            };
            codes: {
                [key: string]: components["schemas"]["SnapshotCode"];
            };
            fetch: string[];
            online: components["schemas"]["UserObject"][];
        };
        /**
         * TrainingStartedFrame
         * @description A training has started: connect to its room.
         */
        TrainingStartedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "TRAINING_STARTED";
            payload: components["schemas"]["StartedServerPayload"];
        };
        /**
         * TrainingStatus
         * @description Of a session, in Team Training's words.
         * @enum {string}
         */
        TrainingStatus: "IN_PROCESS" | "FINISHED";
        /** UserClientPayload */
        UserClientPayload: {
            user: components["schemas"]["SaidUser"];
        };
        /**
         * UserFrame
         * @description How somebody wants to be shown.
         */
        UserFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "USER";
            payload: components["schemas"]["UserServerPayload"];
        };
        /**
         * UserJoinFrame
         * @description Somebody came in; the newcomer gets it, too.
         */
        UserJoinFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "USER_JOIN";
            payload: components["schemas"]["UserPayload"];
        };
        /**
         * UserLeaveFrame
         * @description Somebody left.
         */
        UserLeaveFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @constant */
            type: "USER_LEAVE";
            payload: components["schemas"]["UserPayload"];
        };
        /**
         * UserObject
         * @description A member of a team, with the names of their account: null where it has none, or was erased.
         *
         *     `id` is `user_id` as a text, `real_name` is `display_name`. More members are what they have said of themselves in
         *     USER.
         */
        UserObject: {
            id: string;
            user_id: number;
            login: string | null;
            first_name: string | null;
            last_name: string | null;
            display_name: string | null;
            real_name: string | null;
        };
        /**
         * UserPayload
         * @description Whose a frame is: `user_id` is the id as it is everywhere over HTTP, `userId` the same as Team Training's text.
         *
         *     `user_id` alone among the members of frames keeps its snake case.
         */
        UserPayload: {
            user_id: number;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /** UserServerPayload */
        UserServerPayload: {
            user: components["schemas"]["UserObject"];
        };
        /**
         * Verdict
         * @description What a submission, or one test of it, is worth.
         * @enum {string}
         */
        Verdict: "PENDING" | "OK" | "WRONG_ANSWER" | "COMPILE_ERROR" | "RUNTIME_ERROR" | "TIME_LIMIT" | "WALL_TIME_LIMIT" | "MEMORY_LIMIT" | "OUTPUT_LIMIT" | "SYSTEM_ERROR" | "SKIPPED" | "HIDDEN" | "PARTIAL" | "CANCELLED";
        /**
         * VerdictPayload
         * @description `time` in seconds, `memory` in KiB; `code` is the verdict for programs, `verdict` the one for people.
         *
         *     `points` are on the problem's scale, `taskPoints` on that of the task that it was sent to, if it was sent to one.
         */
        VerdictPayload: {
            user_id: number;
            id: number;
            problemId: number;
            origin: components["schemas"]["TaskOrigin"] | components["schemas"]["TrainingOrigin"] | components["schemas"]["AssignmentOrigin"] | components["schemas"]["JuryOrigin"] | null;
            /** @description The same as a text: course#{course_id}#{lesson_id}#{task_id} */
            originText: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            points: number;
            maxPoints: number;
            taskPoints: number | null;
            taskMaxPoints: number | null;
            testsPassed: number;
            testsTotal: number;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * VerdictServerPayload
         * @description `test` is the first that failed. `time` in seconds, `memory` in KiB.
         */
        VerdictServerPayload: {
            user_id: number;
            id: number;
            problemAlias: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            test: number | null;
            /** @description The same as a text. */
            readonly userId: string;
        };
        "frame.PING.client": {
            /** @constant */
            type: "PING";
            payload?: components["schemas"]["Ping"] | null;
        };
        "frame.USER.client": {
            /** @constant */
            type: "USER";
            payload: components["schemas"]["UserClientPayload"];
        };
        "frame.CODE_EDITOR_UPDATE.client": {
            /** @constant */
            type: "CODE_EDITOR_UPDATE";
            payload: components["schemas"]["CodeClientPayload"];
        };
        "frame.CONTROL_TAKEN.client": {
            /** @constant */
            type: "CONTROL_TAKEN";
            payload: components["schemas"]["ControlClientPayload"];
        };
        "frame.PROBLEM_ASSIGNED.client": {
            /** @constant */
            type: "PROBLEM_ASSIGNED";
            payload: components["schemas"]["AssignmentClientPayload"];
        };
        "frame.COMPILER_SELECTED.client": {
            /** @constant */
            type: "COMPILER_SELECTED";
            payload: components["schemas"]["CompilerClientPayload"];
        };
        "frame.CONTEST_SELECTED.client": {
            /** @constant */
            type: "CONTEST_SELECTED";
            payload: components["schemas"]["ContestClientPayload"];
        };
        "frame.PONG.server": components["schemas"]["PongFrame"];
        "frame.ERROR.server": components["schemas"]["ErrorFrame"];
        "frame.USER_JOIN.server": components["schemas"]["UserJoinFrame"];
        "frame.USER_LEAVE.server": components["schemas"]["UserLeaveFrame"];
        "frame.RESUMED.server": components["schemas"]["ResumedFrame"];
        "frame.SNAPSHOT.personal.server": components["schemas"]["SnapshotPersonalFrame"];
        "frame.NOTIFICATIONS_READ.server": components["schemas"]["NotificationsReadFrame"];
        "frame.ENROLLED.server": components["schemas"]["EnrolledFrame"];
        "frame.NOTIFICATION.server": components["schemas"]["NotificationFrame"];
        "frame.SUBMISSION_PROGRESS.server": components["schemas"]["SubmissionProgressFrame"];
        "frame.SUBMISSION_VERDICT_RETRIEVED.personal.server": components["schemas"]["SubmissionVerdictRetrievedPersonalFrame"];
        "frame.PACKAGE_IMPORTED.server": components["schemas"]["PackageImportedFrame"];
        "frame.TASK_EXTENSION_GRANTED.server": components["schemas"]["TaskExtensionGrantedFrame"];
        "frame.TRACK_STARTED.server": components["schemas"]["TrackStartedFrame"];
        "frame.TRACK_NOT_STARTED.server": components["schemas"]["TrackNotStartedFrame"];
        "frame.ASSIGNMENT_OPENED.server": components["schemas"]["AssignmentOpenedFrame"];
        "frame.REVIEW_STARTED.server": components["schemas"]["ReviewStartedFrame"];
        "frame.DEADLINE_SOON.server": components["schemas"]["DeadlineSoonFrame"];
        "frame.DEADLINE_MOVED.server": components["schemas"]["DeadlineMovedFrame"];
        "frame.STAGE_CLOSED.server": components["schemas"]["StageClosedFrame"];
        "frame.STAGE_REOPENED.server": components["schemas"]["StageReopenedFrame"];
        "frame.EXTENSION_GRANTED.server": components["schemas"]["ExtensionGrantedFrame"];
        "frame.COMMENT_ANSWERED.server": components["schemas"]["CommentAnsweredFrame"];
        "frame.COUNTER_TEST_JUDGED.server": components["schemas"]["CounterTestJudgedFrame"];
        "frame.APPEAL_FILED.server": components["schemas"]["AppealFiledFrame"];
        "frame.APPEAL_DECIDED.server": components["schemas"]["AppealDecidedFrame"];
        "frame.REVIEW_DECIDED.server": components["schemas"]["ReviewDecidedFrame"];
        "frame.REVIEW_HIDDEN.server": components["schemas"]["ReviewHiddenFrame"];
        "frame.REVIEW_RETURNED.server": components["schemas"]["ReviewReturnedFrame"];
        "frame.SNAPSHOT.lobby.server": components["schemas"]["SnapshotLobbyFrame"];
        "frame.SNAPSHOT.training.server": components["schemas"]["SnapshotTrainingFrame"];
        "frame.USER.server": components["schemas"]["UserFrame"];
        "frame.CODE_EDITOR_UPDATE.server": components["schemas"]["CodeEditorUpdateFrame"];
        "frame.CODE_EDITOR_REJECTED.server": components["schemas"]["CodeEditorRejectedFrame"];
        "frame.CONTROL_TAKEN.server": components["schemas"]["ControlTakenFrame"];
        "frame.PROBLEM_ASSIGNED.server": components["schemas"]["ProblemAssignedFrame"];
        "frame.COMPILER_SELECTED.server": components["schemas"]["CompilerSelectedFrame"];
        "frame.CONTEST_SELECTED.server": components["schemas"]["ContestSelectedFrame"];
        "frame.TRAINING_STARTED.server": components["schemas"]["TrainingStartedFrame"];
        "frame.TRAINING_FINISHED.training.server": components["schemas"]["TrainingFinishedTrainingFrame"];
        "frame.TRAINING_FINISHED.lobby.server": components["schemas"]["TrainingFinishedLobbyFrame"];
        "frame.SUBMISSION_VERDICT_PENDING.server": components["schemas"]["SubmissionVerdictPendingFrame"];
        "frame.SUBMISSION_VERDICT_RETRIEVED.training.server": components["schemas"]["SubmissionVerdictRetrievedTrainingFrame"];
        "frame.PROBLEM_STATUS_UPDATED.server": components["schemas"]["ProblemStatusUpdatedFrame"];
        "frame.PROBLEM_COMMENT_RECEIVED.server": components["schemas"]["ProblemCommentReceivedFrame"];
        "frame.PROBLEM_COMMENT_UPDATED.server": components["schemas"]["ProblemCommentUpdatedFrame"];
        "frame.PROBLEM_COMMENT_DELETED.server": components["schemas"]["ProblemCommentDeletedFrame"];
        "personal.client": components["schemas"]["frame.PING.client"];
        "personal.server": components["schemas"]["frame.PONG.server"] | components["schemas"]["frame.ERROR.server"] | components["schemas"]["frame.USER_JOIN.server"] | components["schemas"]["frame.USER_LEAVE.server"] | components["schemas"]["frame.RESUMED.server"] | components["schemas"]["frame.SNAPSHOT.personal.server"] | components["schemas"]["frame.NOTIFICATIONS_READ.server"] | components["schemas"]["frame.ENROLLED.server"] | components["schemas"]["frame.NOTIFICATION.server"] | components["schemas"]["frame.SUBMISSION_PROGRESS.server"] | components["schemas"]["frame.SUBMISSION_VERDICT_RETRIEVED.personal.server"] | components["schemas"]["frame.PACKAGE_IMPORTED.server"] | components["schemas"]["frame.TASK_EXTENSION_GRANTED.server"] | components["schemas"]["frame.TRACK_STARTED.server"] | components["schemas"]["frame.TRACK_NOT_STARTED.server"] | components["schemas"]["frame.ASSIGNMENT_OPENED.server"] | components["schemas"]["frame.REVIEW_STARTED.server"] | components["schemas"]["frame.DEADLINE_SOON.server"] | components["schemas"]["frame.DEADLINE_MOVED.server"] | components["schemas"]["frame.STAGE_CLOSED.server"] | components["schemas"]["frame.STAGE_REOPENED.server"] | components["schemas"]["frame.EXTENSION_GRANTED.server"] | components["schemas"]["frame.COMMENT_ANSWERED.server"] | components["schemas"]["frame.COUNTER_TEST_JUDGED.server"] | components["schemas"]["frame.APPEAL_FILED.server"] | components["schemas"]["frame.APPEAL_DECIDED.server"] | components["schemas"]["frame.REVIEW_DECIDED.server"] | components["schemas"]["frame.REVIEW_HIDDEN.server"] | components["schemas"]["frame.REVIEW_RETURNED.server"];
        "lobby.client": components["schemas"]["frame.PING.client"] | components["schemas"]["frame.USER.client"] | components["schemas"]["frame.CONTEST_SELECTED.client"];
        "lobby.server": components["schemas"]["frame.PONG.server"] | components["schemas"]["frame.ERROR.server"] | components["schemas"]["frame.USER_JOIN.server"] | components["schemas"]["frame.USER_LEAVE.server"] | components["schemas"]["frame.RESUMED.server"] | components["schemas"]["frame.SNAPSHOT.lobby.server"] | components["schemas"]["frame.USER.server"] | components["schemas"]["frame.CONTEST_SELECTED.server"] | components["schemas"]["frame.TRAINING_STARTED.server"] | components["schemas"]["frame.TRAINING_FINISHED.lobby.server"];
        "training.client": components["schemas"]["frame.PING.client"] | components["schemas"]["frame.USER.client"] | components["schemas"]["frame.CODE_EDITOR_UPDATE.client"] | components["schemas"]["frame.CONTROL_TAKEN.client"] | components["schemas"]["frame.PROBLEM_ASSIGNED.client"] | components["schemas"]["frame.COMPILER_SELECTED.client"];
        "training.server": components["schemas"]["frame.PONG.server"] | components["schemas"]["frame.ERROR.server"] | components["schemas"]["frame.USER_JOIN.server"] | components["schemas"]["frame.USER_LEAVE.server"] | components["schemas"]["frame.RESUMED.server"] | components["schemas"]["frame.SNAPSHOT.training.server"] | components["schemas"]["frame.USER.server"] | components["schemas"]["frame.CODE_EDITOR_UPDATE.server"] | components["schemas"]["frame.CODE_EDITOR_REJECTED.server"] | components["schemas"]["frame.CONTROL_TAKEN.server"] | components["schemas"]["frame.PROBLEM_ASSIGNED.server"] | components["schemas"]["frame.COMPILER_SELECTED.server"] | components["schemas"]["frame.TRAINING_FINISHED.training.server"] | components["schemas"]["frame.SUBMISSION_VERDICT_PENDING.server"] | components["schemas"]["frame.SUBMISSION_VERDICT_RETRIEVED.training.server"] | components["schemas"]["frame.PROBLEM_STATUS_UPDATED.server"] | components["schemas"]["frame.PROBLEM_COMMENT_RECEIVED.server"] | components["schemas"]["frame.PROBLEM_COMMENT_UPDATED.server"] | components["schemas"]["frame.PROBLEM_COMMENT_DELETED.server"];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
