## 確認のお願いの一覧

approvals-title = 確認のお願い
approvals-lead = お電話の窓口や別の画面で行っている手続きについて、あなたの確認を待っているものです。
approvals-empty = 確認を待っているものはありません
approvals-empty-text = 窓口や別の画面で手続きをすると、ここに表示されます。
approvals-asked = { $date }に要求
approvals-look = 内容を見る
approvals-look-label = { $app } からの要求を見る
my-approvals-title = { $count }件の確認をお待ちしています
my-approvals-link = 確認のお願いを見る

## ひとつの確認のお願い

approval-title = { $app } の要求を承認しますか
approval-compare = 窓口や別の画面で、同じ番号をご案内していますか
approval-compare-text = 違う番号のとき、番号をご案内していないときは、承認しないでください。
approval-warn = いま、ご自身で手続きをしていますか
approval-warn-text = 心当たりがない場合は、承認しないでください。承認すると、相手があなたとして手続きをすることができます。
approval-asked-at = 要求した日時
approval-ends-at = 期限
approval-wishes = 承認するとできること
approval-allow = 承認する
approval-deny = 承認しない
approval-allowed-title = 承認しました
approval-allowed-text = { $app } の手続きに戻ってください。まもなく先へ進みます。
approval-denied-title = 承認しませんでした
approval-denied-text = { $app } には何も渡していません。
approval-over-title = この要求は終わっています
approval-over-text = 期限が過ぎたか、取り消された要求です。手続きをつづけるときは、もう一度はじめからお試しください。
approval-back = 確認のお願いへ戻る
