## マイページ

my-title = マイページ
my-hello = { $name }さん、こんにちは
my-hello-nobody = ようこそ
my-products = お持ちの製品
my-all-products = 製品をすべて見る（{ $count }点）
my-empty-title = 製品を登録しましょう
my-empty-text = 登録すると、保証がいつまで続くかがひと目で分かり、修理やお問い合わせもすぐに始められます。1分ほどで終わります。
my-waiting-title = { $name }の登録を確認しています
my-ends-soon-title = { $name }の保証がもうすぐ終わります
my-ends-soon-text = { $date }まで（{ $left }）
my-see-product = 製品のページを見る

## 製品の一覧

products-title = 製品
products-lead = 登録した製品と、それぞれの保証です。
products-add = 製品を登録する
products-empty-title = まだ製品がありません
product-model = 型番
product-serial = 製造番号

## 保証

cover = 保証
cover-of = 保証（{ $part }）
cover-until = { $date }まで
cover-over = 終了しました
cover-ended-on = { $date }に終了
cover-none = 保証の情報がありません
cover-waiting = 確認後に表示します
covers-parts = 部品代
covers-labour = 技術料
covers-visit = 出張料
covers-shipping = 送料
covers-join = 、

## 登録の状態

state-pending = 確認中
state-disputed = 調整中
state-active = 登録済み
state-rejected = 登録できませんでした
state-withdrawn = 取り下げ
state-ended = 終了
reason-of-unknown-serial = 入力された製造番号が、まだ出荷の記録にありません。記録が届きしだい、または担当者が確認して登録します。
reason-of-before-manufacture = 購入日が、この製品の製造日より前になっています。担当者が確認します。
reason-of-before-launch = 購入日が、この型番の発売日より前になっています。担当者が確認します。
reason-of-held-by-other = この製品は、すでに別の方が登録しています。担当者が双方の記録を確認して決めます。

## 製品を登録する

add-title = 製品を登録する
add-step-identify = 製品
add-step-when = 購入
add-step-done = 完了
add-identify-title = どの製品ですか
add-identify-lead = ラベルを見ながら、型番と製造番号を入力してください。
add-model = 型番
add-model-hint = ラベルの「型番」または MODEL の欄にあります。入力を始めると候補が出ます。
add-serial = 製造番号
add-serial-hint = 全角・小文字・ハイフンの有無は、どちらでもかまいません。
add-where-title = 製造番号はどこにありますか
add-where-label = 本体の裏面・底面・側面に貼られた銀色または白色のラベル
add-where-card = 保証書や取扱説明書の最後のページ
add-where-box = 外箱のバーコードの近く（S/N と書かれています）
add-where-picture = 製品ラベルの例。型番の下に製造番号があります。
add-understood = { $name }（{ $model }）、製造番号 { $serial } として読み取りました
add-understood-short = 製造番号 { $serial } として読み取りました
add-understood-swapped = { $typed } を { $read } と読み替えました
add-when-title = いつ、どこで買いましたか
add-when-lead = どちらも空欄のまま登録できます。
add-purchased-on = 購入日
add-purchased-on-hint = 空欄の場合、保証は出荷日または登録日から数えます。本来より短くなることがあります。
add-dealer = 購入した店
add-dealer-hint = 空欄でも保証は変わりません。修理の受付が早くなることがあります。
add-claim-code = 登録コード
add-claim-code-hint = 箱の内側に印刷された文字です。ない製品もあります。
add-claim-code-open = 箱の中の登録コードを入力する
add-what-happens = 登録すると、保証の終わる日がすぐに表示されます。
add-submit = この内容で登録する
add-ask-title = 購入日をご確認ください
add-ask-before-manufacture = 入力された日は、この製品が作られた日より前です。
add-ask-before-launch = 入力された日は、この型番が発売された日より前です。
add-ask-text = { $why }正しければ、もう一度登録を押してください。担当者が確認してから登録します。
add-confirm = この日付で登録する

done-active-title = 登録しました
done-active-text = { $name }は、あなたの製品として登録されました。
done-pending-title = 受け付けました。確認が終わるまでお待ちください
done-pending-text = 結果はメールでお知らせします。
done-disputed-title = この製品は、すでに登録されています
done-disputed-text = あなたの申し出を受け付けました。前の持ち主から譲り受けた場合も、このままお待ちください。
done-next-title = 次にできること
done-next-receipt = レシートや保証書を手元に残しておくと、修理の際に役立ちます
done-next-product = 製品のページを見る
done-next-another = 続けて別の製品を登録する
done-provisional-title = 保証の終わる日は、いまのところの日付です
done-provisional = 購入日が分かる書類をまだ確認していません。書類で確かめられると、日付が変わることがあります。

## 製品のページ

product-cover-title = 保証の内容
product-cover-part = 対象
product-cover-covers = 無償になるもの
product-cover-period = 期間
product-cover-until = いつまで
product-cover-left = 残り
product-how = この日付はどのように決まりましたか
product-facts-title = 登録内容
product-purchased-on = 購入日
product-purchased-unknown = 入力されていません
product-dealer = 購入した店
product-registered-on = 登録日
product-plan = 保証の種類
product-serial-typed = 入力した製造番号
product-history-title = これまでの記録
history-purchased = 購入
history-registered = 登録
history-claimed = 登録の申し出を受け付け
history-cover-ended = { $part }の保証が終了
product-already-yours = この製品は、すでに登録されています
product-copied = コピーしました
product-prove-title = 箱の中に登録コードがありますか
product-prove-text = 登録コードを入力すると、製品がお手元にあることをすぐに確かめられます。
product-prove-submit = コードを送る
product-transferable = この保証は、製品を譲った相手に引き継がれます。
product-not-transferable = この保証は、最初に登録した方だけのものです。

## 日付の決まり方

step-from-plan = { $date }から数えます。この保証ではその日が起算日と決まっています。
step-from-dealer-sale = 販売店から報告された購入日、{ $date }から数えます。
step-from-receipt = レシートで確かめた購入日、{ $date }から数えます。
step-from-warranty-card = 保証書で確かめた購入日、{ $date }から数えます。
step-from-declared = 入力された購入日、{ $date }から数えます。
step-from-shipped = 購入日が分からないため、出荷日をもとに{ $date }から数えます。
step-from-made = 購入日が分からないため、製造日をもとに{ $date }から数えます。
step-from-registered = 購入日が分からないため、登録した{ $date }から数えます。
step-fallback = 工場の記録にある{ $date }に、お手元に届くまでの{ $days }日を加えます。
step-first-day-left-out = 初日は数えません。{ $date }が1日目です。
step-first-day-counted = 初日を1日目として数えます。
step-corresponding = そこから{ $length }後の同じ日は{ $date }です。その前の日が最後の日です。
step-month-end = { $length }後の月に同じ日がないため、その月の末日が最後の日です。
step-until = { $date }の終わりまで保証します。

## この欄の誤り

reason-unknown = この型番は見つかりません。ラベルの型番をもう一度ご確認ください
reason-serial-form = この型番の製造番号とは形が違います。ラベルの「製造番号」または「S/N」をご確認ください
reason-check-digit = 製造番号のどこかが違うようです。1文字ずつご確認ください
reason-leading-zeros-lost = 先頭の 0 が抜けているようです。ラベルのとおりに入力してください
reason-in-future = 今日より後の日付は登録できません
reason-too-long-ago = 日付が古すぎます。年をご確認ください
reason-wrong = 登録コードが違います。箱の内側の文字をご確認ください
