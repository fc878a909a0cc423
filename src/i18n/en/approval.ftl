## The requests that wait

approvals-title = Requests for your approval
approvals-lead = Something you are doing by telephone or on another screen waits for you here.
approvals-empty = Nothing waits for your approval
approvals-empty-text = When you do something by telephone or on another screen, it may appear here.
approvals-asked = Asked on { $date }
approvals-look = Look at it
approvals-look-label = Look at the request of { $app }
my-approvals-title = { $count ->
    [one] A request waits for your approval
   *[other] { $count } requests wait for your approval
}
my-approvals-link = See the requests

## One request

approval-title = Approve the request of { $app }?
approval-compare = Were you told, or shown, the same code?
approval-compare-text = If it is another one, or you were given none, do not approve.
approval-warn = Are you doing this yourself, right now?
approval-warn-text = If you do not know what this is about, do not approve. Whoever asked could act as you.
approval-asked-at = Asked on
approval-ends-at = Ends on
approval-wishes = What is approved
approval-allow = Approve
approval-deny = Don't approve
approval-allowed-title = Approved
approval-allowed-text = Please go back to { $app }. It will go on in a moment.
approval-denied-title = Not approved
approval-denied-text = Nothing was given to { $app }.
approval-over-title = This request is over
approval-over-text = It took too long or was taken back. To go on, please start again.
approval-back = Back to the requests
